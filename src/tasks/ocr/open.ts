import type { ModelHandle } from '../../contracts/model.js';
import { openRuntime } from '../../runtime/index.js';
import type { OcrConfig } from './config.js';
import { openPageOrientation } from './document/page-orientation.js';
import { openUnwarping } from './document/unwarping.js';
import { networkInput } from './network.js';
import { DetectionPostprocessor } from './detection-postprocess.js';
import { DetectionPreprocessor } from './detection-preprocess.js';
import { OrientationPostprocessor } from './orientation-postprocess.js';
import { OrientationPreprocessor } from './orientation-preprocess.js';
import { OcrPipeline, type OcrStages } from './pipeline.js';
import { RecognitionPostprocessor } from './recognition-postprocess.js';
import { RecognitionPreprocessor } from './recognition-preprocess.js';
import { OcrStage } from './stage.js';

/** Opens a clone: sessions of its own, the weights shared. */
export async function openPipeline(handle: ModelHandle<'ocr', OcrConfig>): Promise<OcrPipeline> {
  const { config } = handle;
  const { doc, unwarp, det, cls, rec } = handle.runtimes;
  const stages: OcrStages = {
    ...(config.pageOrientation && {
      pageOrientation: await openPageOrientation(config.pageOrientation, doc!),
    }),
    ...(config.unwarping && { unwarping: await openUnwarping(config.unwarping, unwarp!) }),
    ...(config.detection && {
      detection: new OcrStage(
        new DetectionPreprocessor(config.detection, networkInput(det!).name),
        await openRuntime(det!),
        new DetectionPostprocessor(config.detection, det!.outputs[0]!.name),
      ),
    }),
    ...(config.orientation && {
      orientation: new OcrStage(
        new OrientationPreprocessor(config.orientation, networkInput(cls!).name),
        await openRuntime(cls!),
        new OrientationPostprocessor(cls!.outputs[0]!.name),
      ),
    }),
    ...(config.recognition && {
      recognition: new OcrStage(
        new RecognitionPreprocessor(config.recognition, networkInput(rec!).name),
        await openRuntime(rec!),
        new RecognitionPostprocessor(config.recognition.dictionary, rec!.outputs[0]!.name),
      ),
    }),
  };
  return new OcrPipeline(handle, stages, () => openPipeline(handle));
}
