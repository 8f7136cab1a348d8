"""Builds official architectures from their suites' code with random weights, exports them with Paddle and writes what
`node bench/paddle-corpus.mjs` compares: <folder>/archs/index.json, a folder for each architecture with inputs, outputs
and one export in each format.

    pip install paddlepaddle==3.2.2 paddleclas==2.6.0 paddlex==3.7.2 "setuptools<81"
    pip install --no-deps paddleseg==2.8.0    # its own list of dependencies excludes current versions of OpenCV
    python bench/paddle-architectures.py <folder> [name ...] [--formats pir old] [--detection <PaddleDetection>]
    node bench/paddle-corpus.mjs <folder> --table

--detection is a checkout of PaddleDetection (2.8), whose configs are in no package; without it its architectures are
left out. Without names all are built; those already in the index stay there.

Weights come from the suites' own initialisation with a fixed seed. Two changes keep outputs from being trivial:
parameters of one constant value (biases, scales, heads that start at zero) get normal noise of 0.1, and batch norms take
the statistics of the input that they see in one pass. Outputs are those of Paddle's executor on the exported program.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

PIR_API = {"pir": "1", "old": "0"}  # values of FLAGS_enable_pir_api, which is read when Paddle is imported
IMAGE = {"image": (1, 3, 224, 224)}
LINE = {"image": (1, 3, 48, 320)}
PAGE = {"image": (1, 3, 320, 320)}


def detection(size, *names):
    """Inputs of PaddleDetection's exports for one square picture, `size` pixels wide."""
    return {"image": (1, 3, size, size), **{name: (1, 2) for name in names or ("im_shape", "scale_factor")}}


# How networks are called with tensors by name. Paddle translates the control flow of functions, not of lambdas.
def call_on_image(network, inputs):
    return network(inputs["image"])


def call_for_logits(network, inputs):
    return network(inputs["image"])[0]


def call_with_list(network, inputs):
    import paddle

    # Paddle 3.2.2's translation of these methods ends in an IndexError; they need none.
    return paddle.jit.not_to_static(network.forward)([inputs["image"]])


def call_on_all(network, inputs):
    return list(network(inputs).values())


def from_classification(name):
    def build():
        from paddleclas.ppcls.arch.backbone import __dict__ as backbones

        return backbones[name](), call_on_image

    return build


def from_segmentation(model, backbone=None, backbone_options={}, **options):
    def build():
        from paddleseg import models
        from paddleseg.models import backbones

        if backbone:
            options["backbone"] = getattr(backbones, backbone)(**backbone_options)
        return getattr(models, model)(**options), call_for_logits

    return build


def from_paddlex(module, model, config, **options):
    """PaddleX's networks take and give lists of arrays."""

    def build():
        from importlib import import_module

        package = f"paddlex.inference.models.{module}.modeling"
        network = getattr(import_module(package), model)
        configure = getattr(import_module(f"{package}.{config}"), network.config_class.__name__)

        return network(configure(**options)), call_with_list

    return build


def from_detection(config, **settings):
    """`settings` replace values of the config: section -> {key: value}."""

    def build():
        import ppdet.modeling  # noqa: F401: registers the architectures
        from ppdet.core.workspace import create, load_config, merge_config

        checkout = Path(ppdet.modeling.__file__).parents[2]
        loaded = load_config(str(checkout / "configs" / config))
        merge_config({"pretrain_weights": None, **settings})
        network = create(loaded.architecture)
        network.eval()
        for layer in network.sublayers():
            if hasattr(layer, "convert_to_deploy"):
                layer.convert_to_deploy()

        return network, call_on_all

    return build


def text_detection(model, config, **options):
    return from_paddlex("text_detection", model, config, **options), PAGE


def text_recognition(model, config, **options):
    return from_paddlex("text_recognition", model, config, **options), LINE


def light_blocks(*stages):
    """Blocks of PP-LCNetV4: for each stage, its width before and after, stride, and which blocks have squeeze-excitation."""
    return [
        [
            [3, before if i == 0 else after, after, stride if i == 0 else 1, squeeze == "s"]
            for i, squeeze in enumerate(pattern)
        ]
        for before, after, stride, pattern in stages
    ]


# PP-OCRv6's variants that are not the defaults of PaddleX's classes; sizes from PaddleOCR's rec_lcnetv4.py and configs.
TINY_DET = {
    "stem_channels": [3, 16, 32],
    "block_configs": light_blocks(
        (32, 32, 1, "s-"), (32, 48, 2, "-s-"), (48, 64, 2, "-s-s-"), (64, 160, 2, "-s-")
    ),
}
TINY_REC = {
    "stem_type": "simple",
    "stem_channels": [3, 24, 48],
    "block_configs": light_blocks(
        (48, 48, 1, "s"), (48, 48, 1, "-"), (48, 96, [2, 1], "-s-"), (96, 160, [2, 1], "-s--")
    ),
}
MEDIUM_REC = {
    "stem_channels": [3, 64, 128],
    "block_configs": light_blocks(
        (128, 128, 1, "s"), (128, 256, 1, "--s"), (256, 512, [2, 1], "-s-s-s-"), (512, 768, [2, 1], "-s-")
    ),
}

# name -> (build, inputs); `build` gives the network and how it is called with tensors by name
ARCHITECTURES = {
    "PP-OCRv5_server_det": text_detection("PPOCRV5ServerDet", "_config_pp_ocrv5_server"),
    "PP-OCRv5_server_rec": text_recognition("PPOCRV5ServerRec", "_config_pp_ocrv5_server_rec"),
    "PP-OCRv5_mobile_det": text_detection("PPOCRV5MobileDet", "_config_pp_ocrv5_mobile"),
    "PP-OCRv5_mobile_rec": text_recognition("PPOCRV5MobileRec", "_config_pp_ocrv5_mobile_rec"),
    "PP-OCRv6_medium_det": text_detection("PPOCRV6MediumDet", "_config_pp_ocrv6_medium_det"),
    "PP-OCRv6_small_det": text_detection("PPOCRV6SmallDet", "_config_pp_ocrv6_small_det"),
    "PP-OCRv6_tiny_det": text_detection(
        "PPOCRV6SmallDet",
        "_config_pp_ocrv6_small_det",
        backbone_config=TINY_DET,
        layer_list_out_channels=[32, 48, 64, 160],
        neck_out_channels=64,
        dilated_kernel_size=5,
    ),
    "PP-OCRv6_medium_rec": text_recognition(
        "PPOCRV6SmallRec", "_config_pp_ocrv6_small_rec", backbone_config=MEDIUM_REC, hidden_size=192, mlp_ratio=4.0
    ),
    "PP-OCRv6_small_rec": text_recognition("PPOCRV6SmallRec", "_config_pp_ocrv6_small_rec"),
    "PP-OCRv6_tiny_rec": text_recognition(
        "PPOCRV6TinyRec", "_config_pp_ocrv6_tiny_rec", backbone_config=TINY_REC, hidden_size=80
    ),
    "UVDoc": (
        from_paddlex("image_unwarping", "UVDocNet", "_config"),
        {"image": (1, 3, 240, 200)},
    ),
    "RT-DETR-R18": (from_detection("rtdetr/rtdetr_r18vd_6x_coco.yml"), detection(640)),
    "PicoDet-XS": (from_detection("picodet/picodet_xs_320_coco_lcnet.yml"), detection(320, "scale_factor")),
    "PicoDet-S": (from_detection("picodet/picodet_s_320_coco_lcnet.yml"), detection(320, "scale_factor")),
    "PP-YOLOE_plus-S": (from_detection("ppyoloe/ppyoloe_plus_crn_s_80e_coco.yml"), detection(640, "scale_factor")),
    "MaskRCNN-ResNet50-FPN": (
        from_detection("mask_rcnn/mask_rcnn_r50_fpn_1x_coco.yml"),
        detection(320),
    ),
    "FasterRCNN-ResNet50-FPN": (
        from_detection("faster_rcnn/faster_rcnn_r50_fpn_1x_coco.yml"),
        detection(320),
    ),
    "YOLOX-N": (from_detection("yolox/yolox_nano_300e_coco.yml"), detection(416)),
    "YOLOv3-MobileNetV3": (from_detection("yolov3/yolov3_mobilenet_v3_large_270e_coco.yml"), detection(320)),
    "RT-DETR-L": (from_detection("rtdetr/rtdetr_hgnetv2_l_6x_coco.yml"), detection(640)),
    "DETR-R50": (from_detection("detr/detr_r50_1x_coco.yml"), detection(320)),
    "PP-LCNet_x1_0": (from_classification("PPLCNet_x1_0"), IMAGE),
    "PP-LCNetV2_base": (from_classification("PPLCNetV2_base"), IMAGE),
    "PP-HGNet_small": (from_classification("PPHGNet_small"), IMAGE),
    "PP-HGNetV2-B0": (from_classification("PPHGNetV2_B0"), IMAGE),
    "PP-HGNetV2-B4": (from_classification("PPHGNetV2_B4"), IMAGE),
    "MobileNetV1_x0_25": (from_classification("MobileNetV1_x0_25"), IMAGE),
    "MobileNetV2_x0_25": (from_classification("MobileNetV2_x0_25"), IMAGE),
    "MobileNetV3_small_x0_35": (from_classification("MobileNetV3_small_x0_35"), IMAGE),
    "MobileNetV3_large_x0_35": (from_classification("MobileNetV3_large_x0_35"), IMAGE),
    "ResNet18": (from_classification("ResNet18"), IMAGE),
    "ResNet50_vd": (from_classification("ResNet50_vd"), IMAGE),
    "SwinTransformer_tiny_patch4_window7_224": (
        from_classification("SwinTransformer_tiny_patch4_window7_224"),
        IMAGE,
    ),
    "ConvNeXt_tiny": (from_classification("ConvNeXt_tiny"), IMAGE),
    "PP-HGNet_tiny": (from_classification("PPHGNet_tiny"), IMAGE),
    "CLIP_vit_base_patch16_224": (from_classification("CLIP_vit_base_patch16_224"), IMAGE),
    "PVT_V2_B0": (from_classification("PVT_V2_B0"), IMAGE),
    "MobileViT_XXS": (from_classification("MobileViT_XXS"), {"image": (1, 3, 256, 256)}),
    "HRNet_W18_C": (from_classification("HRNet_W18_C"), IMAGE),
    "SegFormer-B0": (
        from_segmentation("SegFormer", "MixVisionTransformer_B0", num_classes=19, embedding_dim=256),
        IMAGE,
    ),
    "PP-LiteSeg-T": (from_segmentation("PPLiteSeg", "STDC1", num_classes=19), IMAGE),
    "OCRNet_HRNet-W18": (
        from_segmentation("OCRNet", "HRNet_W18", num_classes=19, backbone_indices=[0]),
        IMAGE,
    ),
    "Deeplabv3-R50": (
        from_segmentation("DeepLabV3", "ResNet50_vd", {"output_stride": 8}, num_classes=19),
        IMAGE,
    ),
    "Deeplabv3_Plus-R50": (
        from_segmentation("DeepLabV3P", "ResNet50_vd", {"output_stride": 8}, num_classes=19),
        IMAGE,
    ),
    "PP-HumanSeg-Lite": (from_segmentation("PPHumanSegLite", num_classes=2), IMAGE),
    "PP-MobileSeg-Tiny": (
        from_segmentation("PPMobileSeg", "MobileSeg_Tiny", num_classes=150),
        {"image": (1, 3, 256, 256)},
    ),
}


def picture(shape):
    """Normal noise over blocks of 8 x 8 pixels of one colour each: [1, 3, height, width]."""
    rows, columns = -(-shape[2] // 8), -(-shape[3] // 8)
    blocks = np.random.standard_normal((1, 3, rows, columns)).repeat(8, 2).repeat(8, 3)
    noise = 0.3 * np.random.standard_normal(shape)
    return (blocks[:, :, : shape[2], : shape[3]] + noise).astype("float32")


def make_inputs(shapes):
    size = shapes["image"][2:]
    values = {"im_shape": [size], "scale_factor": [[1.0, 1.0]]}
    return {
        name: np.asarray(values[name], "float32") if name in values else picture(shape)
        for name, shape in shapes.items()
    }


def vary(network, run):
    """Takes the network's weights away from constants, then sets its batch norms from one pass of `run`."""
    import paddle

    for parameter in network.parameters():
        if parameter.max() == parameter.min():
            parameter.set_value(parameter + 0.1 * paddle.randn(parameter.shape))

    def take_statistics(layer, inputs):
        value = inputs[0]
        axes = [axis for axis in range(value.ndim) if axis != 1]
        # Half the mean, and not the variance but the mean square: one pixel gives no zero, and no rounding is blown up.
        layer._mean.set_value(0.5 * value.mean(axes))
        layer._variance.set_value((value**2).mean(axes) + 1e-6)

    norms = [layer for layer in network.sublayers() if hasattr(layer, "_mean") and hasattr(layer, "_variance")]
    hooks = [layer.register_forward_pre_hook(take_statistics) for layer in norms]
    with paddle.no_grad():
        run()
    for hook in hooks:
        hook.remove()


def keep_tensors():
    """PaddleX's networks end in `.cpu().numpy()`, which a program cannot hold: in programs both give the tensor itself."""
    import paddle

    for tensor in (paddle.base.framework.Variable, paddle.pir.Value):
        tensor.cpu = tensor.numpy = lambda self: self


def export(name, form, seed, folder):
    """Writes one format of one architecture into `folder`. @returns its entry of the index"""
    import paddle

    build, shapes = ARCHITECTURES[name]
    np.random.seed(seed)
    paddle.seed(seed)
    network, call = build()
    network.eval()
    inputs = make_inputs(shapes)
    vary(network, lambda: call(network, {key: paddle.to_tensor(value) for key, value in inputs.items()}))
    keep_tensors()

    class Exported(paddle.nn.Layer):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, inputs):
            return call(self.network, inputs)

    specification = {
        key: paddle.static.InputSpec([None, *shape[1:]] if len(shapes) == 1 else list(shape), "float32", key)
        for key, shape in shapes.items()
    }
    exported = Exported()
    exported.eval()
    folder.mkdir(parents=True, exist_ok=True)
    prefix = folder / form
    paddle.jit.save(exported, str(prefix), input_spec=[specification])

    paddle.enable_static()
    executor = paddle.static.Executor(paddle.CPUPlace())
    program, fed, fetched = paddle.static.load_inference_model(str(prefix), executor)
    results = executor.run(program, feed={key: inputs[key] for key in fed}, fetch_list=fetched)

    def write(file, value, key):
        value = np.ascontiguousarray(value)
        value.tofile(folder / file)
        entry = {"name": key, "file": f"{name}/{file}", "dtype": str(value.dtype), "shape": list(value.shape)}
        # Scores of random weights lie so close that rounding swaps rows of detections: [class, score, box].
        return {**entry, "rowsInAnyOrder": True} if value.ndim == 2 and value.shape[1] == 6 else entry

    model = ".json" if form == "pir" else ".pdmodel"
    return {
        "inputs": [write(f"{key}.bin", value, key) for key, value in inputs.items()],
        "format": {
            "model": f"{name}/{form}{model}",
            "params": f"{name}/{form}.pdiparams",
            "outputs": [write(f"{form}.{i}.bin", np.asarray(value), str(i)) for i, value in enumerate(results)],
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(ARCHITECTURES))
    parser.add_argument("--formats", nargs="+", choices=PIR_API, default=list(PIR_API))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--detection", type=Path)
    parser.add_argument("--entry", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.detection:
        sys.path.insert(0, str(options.detection))
    archs = options.folder / "archs"
    if options.entry:
        name, form = options.names[0], options.formats[0]
        options.entry.write_text(json.dumps(export(name, form, options.seed, archs / name)))
        return

    archs.mkdir(parents=True, exist_ok=True)
    index = archs / "index.json"
    cases = json.loads(index.read_text())["cases"] if index.exists() else []
    found = {case["id"]: case for case in cases}
    for name in options.names or ARCHITECTURES:
        if not options.names and "scale_factor" in ARCHITECTURES[name][1] and not options.detection:
            continue
        for form in options.formats:
            entry = archs / "entry.json"
            command = [sys.executable, __file__, str(options.folder), name, "--formats", form, "--entry", str(entry)]
            command += ["--seed", str(options.seed)]
            if options.detection:
                command += ["--detection", str(options.detection)]
            # A process of its own: Paddle reads the flag when it is imported.
            child = subprocess.run(
                command,
                env={**os.environ, "FLAGS_enable_pir_api": PIR_API[form]},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            if child.returncode != 0:
                print(f"{name}/{form}: not exported: {child.stdout.strip().splitlines()[-1]}", file=sys.stderr)
                continue
            made = json.loads(entry.read_text())
            case = found.setdefault(name, {"id": name, "formats": {}})
            case["inputs"] = made["inputs"]
            case["formats"][form] = made["format"]
            index.write_text(json.dumps({"cases": list(found.values())}, indent=1))
            print(f"{name}/{form}", flush=True)
            entry.unlink()


if __name__ == "__main__":
    main()
