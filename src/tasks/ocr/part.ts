import type { Fields } from '../../config/fields.js';
import type { ModelSource } from '../../contracts/runtime.js';

/** One network of the pipeline as it lies on disk. */
export interface Part {
  readonly name: string;
  readonly source: ModelSource;
  /** The suite's yml. */
  readonly config?: Fields;
  /** What a pipeline's yaml says about this part. */
  readonly module?: Fields;
}
