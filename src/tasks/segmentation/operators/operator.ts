import type { Notify } from '../../../contracts/spec.js';
import type { StageList } from '../../../ops/picture-stages.js';
import type { Operator } from '../../operators/table.js';

/** One entry of `transforms`. */
export type SegOperator<Settings> = Operator<Settings, Notify, StageList>;
