import { openRuntime } from '../../../runtime/index.js';
import type { RuntimeHandle } from '../../../contracts/runtime.js';
import type { ClassificationResult } from '../../../contracts/results.js';
import type { QuarterTurn } from '../../../ops/turn-pixels.js';
import { ClasPostprocessor } from '../../classification/postprocess.js';
import { ClasPreprocessor } from '../../classification/preprocess.js';
import type { ClasConfig } from '../../classification/read-config.js';
import { OcrStage } from '../stage.js';

/** Page orientation: pictures to the class `0`, `90`, `180` or `270`. */
export type PageOrientationStage = OcrStage<undefined, ClassificationResult>;

/** Opens a session of a page orientation network. */
export async function openPageOrientation(
  config: ClasConfig,
  runtime: RuntimeHandle,
): Promise<PageOrientationStage> {
  return new OcrStage(
    new ClasPreprocessor(config.preprocessing, config.input),
    await openRuntime(runtime),
    new ClasPostprocessor(config.postprocessing, config.labels, config.output),
  );
}

/** By how many degrees a page lies turned clockwise, as the network says. */
export function pageTurn({ classes }: ClassificationResult): QuarterTurn {
  return Number(classes[0]!.label) as QuarterTurn;
}
