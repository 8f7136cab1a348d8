import type { DoctorOptions } from '../config/flags/commands.js';
import { diagnose, diagnosisText } from '../doctor/index.js';
import { configureProcess } from '../runtime/index.js';
import { terminalText } from '../sinks/index.js';

/** No prediction can be made on this machine. */
const EXIT_UNUSABLE = 3;

/** `fdeploy doctor`: prints what fdeploy finds on this machine. @returns the exit code */
export async function doctor({ json, openvino }: DoctorOptions): Promise<number> {
  configureProcess({ openvino });
  const found = await diagnose();
  const text = json ? `${JSON.stringify(found, undefined, 2)}\n` : terminalText(diagnosisText(found));
  process.stdout.write(text);
  return found.backends[found.defaultBackend]?.problem === undefined ? 0 : EXIT_UNUSABLE;
}
