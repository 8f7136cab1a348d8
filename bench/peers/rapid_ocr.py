"""RapidOCR over a folder in threads. Usage: rapid_ocr.py PICTURES OUT.jsonl MODELS WORKERS"""
import json
import logging
import os
import sys
import threading
import time

from rapidocr import RapidOCR

logging.disable(logging.CRITICAL)
folder, out, models, workers = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
params = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Det.model_path": models + "/ch_PP-OCRv4_det_infer.onnx",
    "Cls.model_path": models + "/ch_ppocr_mobile_v2.0_cls_infer.onnx",
    "Rec.model_path": models + "/ch_PP-OCRv4_rec_infer.onnx",
    "Rec.rec_keys_path": models + "/ppocr_keys_v1.txt",
}
names = sorted(n for n in os.listdir(folder) if n.lower().endswith((".png", ".jpg", ".jpeg")))
engines = [RapidOCR(params=params) for _ in range(workers)]
queue, lock, records, sizes = iter(names), threading.Lock(), [], []


def look():
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:
        sizes.append(next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024)


def work(engine):
    while True:
        with lock:
            name = next(queue, None)
        if name is None:
            return
        read = engine(os.path.join(folder, name))
        look()
        lines = zip(read.boxes, read.txts) if read.txts else []
        records.append({"image": name, "lines": [{"text": t, "quad": [[float(v) for v in p] for p in b]} for b, t in lines]})


start = time.time()
threads = [threading.Thread(target=work, args=(engine,)) for engine in engines]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds = time.time() - start
with open(out, "w", encoding="utf-8") as file:
    file.write("\n".join(json.dumps(record, ensure_ascii=False) for record in records))
print(json.dumps({"images": len(names), "seconds": seconds, "pssMiB": max(sizes)}))
