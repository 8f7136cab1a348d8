import type { Fields } from '../../../config/fields.js';
import type { Notify } from '../../../contracts/spec.js';
import type { StageList } from '../../../ops/stages.js';

/** One entry of `transforms`: its settings are read once, as plain data, and applied to every picture. */
export interface SegOperator<Settings> {
  /** @throws FdeployError CONFIG_INVALID */
  read(fields: Fields, notify: Notify): Settings;
  /** @throws FdeployError where the picture does not fit the operator */
  apply(settings: Settings, stages: StageList): void;
}
