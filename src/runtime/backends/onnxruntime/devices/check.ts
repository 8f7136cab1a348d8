import { DEVICE_KINDS } from '../../../../contracts/compute.js';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FdeployError } from '../../../../contracts/errors.js';
import type { DeviceAnswer } from './messages.js';
import { partsOf } from './provider.js';

const CHILD = new URL('./child.js', import.meta.url);
/** The first use of a driver compiles for a while. */
const LIMIT_MS = 120_000;

/**
 * Makes sure that networks can be opened on a device, in a process of its own.
 * @throws FdeployError BAD_OPTION for a name that onnxruntime has no device of; DEVICE_UNAVAILABLE; the signal's reason
 */
export async function checkDevice(device: string, signal?: AbortSignal): Promise<void> {
  const { kind } = partsOf(device);
  if (!DEVICE_KINDS.some((known) => known === kind)) {
    const message = `--device ${device}: onnxruntime has ${DEVICE_KINDS.join(', ')}`;
    throw new FdeployError('BAD_OPTION', message, { file: '--device', found: device });
  }
  const problem = await deviceProblem(device, signal);
  signal?.throwIfAborted();
  if (problem === undefined) return;
  throw new FdeployError('DEVICE_UNAVAILABLE', `--device ${device}: ${problem}`, {
    file: '--device',
    found: device,
  });
}

/**
 * Why a device cannot be used, and what to do.
 * @returns undefined if it can
 */
export async function deviceProblem(device: string, signal?: AbortSignal): Promise<string | undefined> {
  const { answer, said } = await askChild(device, signal);
  switch (answer.type) {
    case 'opened':
      return undefined;
    case 'absent':
      return `onnxruntime does not have it on ${process.platform}-${process.arch}, but ${answer.known.join(', ')}`;
    case 'failed':
      return reasonOf(device, `${said}\n${answer.reason}`, answer.reason);
  }
}

/** @param said everything that the device's libraries printed */
function reasonOf(device: string, said: string, reason: string): string {
  const { kind, number } = partsOf(device);
  const missing = providerMissing(kind);
  if (missing !== undefined) return missing;
  const library = /([\w.+-]+\.so[\d.]*): cannot open shared object file/.exec(said)?.[1];
  if (library?.startsWith('libvulkan')) {
    return `the Vulkan loader ${library} is missing: install it (Debian: libvulkan1) beside the GPU's driver`;
  }
  if (library !== undefined) {
    return `the library ${library} is missing: install CUDA and cuDNN of the version that onnxruntime's CUDA provider needs, and add their folders to LD_LIBRARY_PATH`;
  }
  if (/No supported adapters|Failed to get a WebGPU adapter/.test(reason)) {
    return "no GPU with a WebGPU driver was found: install the GPU's driver, or use --device cpu";
  }
  if (/invalid device ordinal/i.test(said)) return `there is no GPU ${number}: numbers start at 0`;
  if (/no CUDA-capable device/i.test(said)) return 'no GPU of NVIDIA was found';
  if (/driver version is insufficient/i.test(said))
    return "the GPU's driver is older than CUDA needs: update it";
  return `onnxruntime cannot use it: ${reason.trim().split('\n').at(-1) ?? ''}`;
}

/** What to type if onnxruntime's CUDA provider, which npm does not install, is not there. */
function providerMissing(kind: string): string | undefined {
  if (kind !== 'cuda' || process.platform !== 'linux') return undefined;
  const root = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const folder = path.join(root, 'bin/napi-v6', process.platform, process.arch);
  const file = 'libonnxruntime_providers_cuda.so';
  if (existsSync(path.join(folder, file))) return undefined;
  const script = path.join(root, 'script', 'install.js');
  return `${file} is missing in ${folder}: run ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script}`;
}

function askChild(device: string, signal?: AbortSignal): Promise<{ answer: DeviceAnswer; said: string }> {
  return new Promise((resolve) => {
    const options = { timeout: LIMIT_MS, killSignal: 'SIGKILL', ...(signal && { signal }) } as const;
    execFile(process.execPath, [fileURLToPath(CHILD), device], options, (error, stdout, said) => {
      const line = stdout.split('\n').find((text) => text.startsWith('{'));
      if (line !== undefined) {
        resolve({ answer: JSON.parse(line) as DeviceAnswer, said });
        return;
      }
      const how = error?.killed
        ? `no answer in ${LIMIT_MS / 1000} s`
        : `the driver ended the process (${error?.signal ?? `exit code ${String(error?.code)}`})`;
      resolve({ answer: { type: 'failed', reason: how }, said });
    });
  });
}
