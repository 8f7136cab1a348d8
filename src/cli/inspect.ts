import { fillRunOptions } from '../config/flags/fill.js';
import type { InspectUserOptions } from '../config/flags/inspect.js';
import { INSPECT_FLAGS } from '../config/flags/inspect.js';
import { longName, type AnyFlag } from '../config/flags/flag.js';
import { readUserDefaults } from '../config/user-defaults.js';
import { inspectModel, inspectionText, type InspectedOption } from '../inspect/index.js';
import { configureProcess } from '../runtime/index.js';
import { terminalText } from '../sinks/index.js';

/**
 * `fdeploy inspect <model>`: shows how fdeploy reads a model.
 * @returns the exit code: 2 if something is wrong with the model
 * @throws FdeployError BAD_OPTION, CONFIG_INVALID of the call or the file of defaults
 */
export async function inspect(
  model: string,
  { graph = false, json, ...given }: InspectUserOptions,
): Promise<number> {
  const defaults = await readUserDefaults();
  const known = INSPECT_FLAGS as Readonly<Record<string, AnyFlag>>;
  const kept = Object.entries(defaults.options).filter(([name]) => Object.hasOwn(known, name));
  const merged: InspectUserOptions = { ...Object.fromEntries(kept), ...given };
  configureProcess({ openvino: merged.openvino });
  const { spec } = fillRunOptions({ ...merged, model });
  const options: InspectedOption[] = [
    ...Object.entries(given).map(([name, value]) => ({
      option: longName(known[name]!),
      value: value,
      from: 'the command line',
    })),
    ...kept
      .filter(([name]) => !Object.hasOwn(given, name))
      .map(([name, value]) => ({
        option: longName(known[name]!),
        value: value as unknown,
        from: defaults.sources[name] ?? 'the defaults file',
      })),
  ];
  const inspection = { ...(await inspectModel(spec, { graph })), options };
  const text = json
    ? `${JSON.stringify(inspection, undefined, 2)}\n`
    : terminalText(inspectionText(inspection));
  process.stdout.write(text);
  return inspection.problems.length === 0 ? 0 : 2;
}
