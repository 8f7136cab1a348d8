import type { BackendState } from '../contracts/backend.js';
import type { Diagnosis } from './diagnose.js';

const WIDTH = 17;

/** The diagnosis for a person, one fact a line. */
export function diagnosisText(found: Diagnosis): string {
  const { versions, system, processor, cpus, memory, cache } = found;
  const backends = Object.entries(found.backends).flatMap(([name, state]) => backendLines(name, state));
  const packages = Object.entries(found.packages).map(([name, { version, for: use }]) =>
    line(name === Object.keys(found.packages)[0] ? 'Packages' : '', packageText(name, version, use)),
  );
  const lines = [
    line('fdeploy', versions.fdeploy),
    line('Node.js', versions.node),
    line('System', `${system.platform} ${system.release}, ${system.architecture}`),
    line('Processor', processor.name),
    line('', featuresText(processor.features)),
    line('CPUs', `${cpus.usable} of ${cpus.machine} usable`),
    line('Memory', `${gib(memory.usableMiB)} of ${gib(memory.machineMiB)} GiB usable`),
    '',
    'Backends',
    ...backends,
    '',
    line('Cache', cache.folder),
    line('', cacheText(cache)),
    ...packages,
  ];
  return `${lines.join('\n')}\n`;
}

function line(title: string, text: string): string {
  return `${title.padEnd(WIDTH)}${text}`.trimEnd();
}

function featuresText(features: Diagnosis['processor']['features']): string {
  if (!features) return 'its instructions are not known on this system';
  return Object.entries(features)
    .map(([name, has]) => (has ? name : `no ${name}`))
    .join(', ');
}

function backendLines(name: string, { version, file, problem, precisions, devices }: BackendState): string[] {
  if (problem !== undefined) return [line(`  ${name}`, `not usable: ${problem}`)];
  const where = file === undefined ? '' : `, ${file}`;
  return [
    line(`  ${name}`, `${version ?? ''}${where}`),
    line('    precisions', precisions.join(', ')),
    ...devices.map((device) =>
      line(
        `    ${device.name}`,
        device.problem === undefined ? (device.description ?? 'usable') : `not usable: ${device.problem}`,
      ),
    ),
  ];
}

function cacheText({ models, bytes, limitBytes, problem }: Diagnosis['cache']): string {
  if (problem !== undefined) return problem;
  const limit = limitBytes === undefined ? '' : `, limit ${gib(limitBytes / 1024 ** 2)} GiB`;
  return `${models} prepared ${models === 1 ? 'model' : 'models'}, ${(bytes / 1e6).toFixed(1)} MB${limit}`;
}

function packageText(name: string, version: string | undefined, use: string): string {
  return version === undefined ? `${name}: not installed (${use})` : `${name} ${version}`;
}

function gib(mib: number): string {
  return (mib / 1024).toFixed(1);
}
