import type { Fields } from '../../config/fields.js';
import { FdeployError } from '../../contracts/errors.js';

/**
 * One entry of a config's preprocessing: its settings are read once, as plain data, and applied to every picture. `Context` is what it
 * may ask beside its own fields, `State` what it changes of a picture on its way to the network.
 */
export interface Operator<Settings, Context, State> {
  /** @throws FdeployError CONFIG_INVALID */
  read(fields: Fields, context: Context): Settings;
  /** @throws FdeployError where the picture does not fit the operator */
  apply(settings: Settings, state: State): void;
}

/** Operators by the `type` that a config names them with. */
type Operators<Context, State> = Readonly<Record<string, Operator<unknown, Context, State>>>;

/** An operator of a table with its settings: plain data. */
export type StepOf<Table> = {
  [Name in keyof Table]: {
    readonly type: Name;
    readonly settings: Table[Name] extends Operator<infer Settings, never, never> ? Settings : never;
  };
}[keyof Table];

/**
 * Reads one entry of a config by its `type`.
 * @param what an entry is called in messages
 * @throws FdeployError OPERATOR_UNSUPPORTED naming the operator and the file, or CONFIG_INVALID
 */
export function readStep<Context, Table extends Operators<Context, never>>(
  table: Table,
  what: string,
  fields: Fields,
  context: Context,
): StepOf<Table> {
  const type = fields.string('type', '');
  const operator = Object.hasOwn(table, type) ? table[type] : undefined;
  if (!operator) {
    const expected = Object.keys(table).join(', ');
    const message = `${fields.file}: the ${what} ${type || '(without a type)'} is not supported: expected one of ${expected}`;
    throw new FdeployError('OPERATOR_UNSUPPORTED', message, { file: fields.file, expected, found: type });
  }
  // The settings are those of the operator that read them.
  return { type, settings: operator.read(fields, context) } as StepOf<Table>;
}

/**
 * Applies a step to a picture's state.
 * @throws FdeployError where the picture does not fit the operator
 */
export function applyStep<State, Table extends Operators<never, State>>(
  table: Table,
  { type, settings }: StepOf<Table>,
  state: State,
): void {
  table[type]!.apply(settings, state);
}
