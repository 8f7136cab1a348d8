import type * as ort from 'onnxruntime-node';
import { FdeployError } from '../../../contracts/errors.js';
import type { Tensor, TensorType, ValueInfo } from '../../../contracts/tensor.js';
import { providerOf } from './devices/provider.js';
import { disableTelemetry } from './telemetry.js';

/** Options of a session. `extra` are onnxruntime's `session.*` settings. */
export interface SessionSettings {
  /** Default: cpu. */
  device?: string;
  threads: number;
  optimise: boolean;
  /** File to which onnxruntime writes the optimised model. */
  optimisedFile?: string;
  extra?: Readonly<Record<string, string>>;
}

/** An open session of onnxruntime. Tensors have the network's own types. */
export interface Session {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

let loaded: Promise<typeof ort> | undefined;

/**
 * Loads onnxruntime into this process, once.
 * @throws FdeployError RUNTIME_UNAVAILABLE with remedies
 */
export function loadOnnxruntime(): Promise<typeof ort> {
  disableTelemetry();
  loaded ??= import('onnxruntime-node').catch((cause: unknown) => {
    throw new FdeployError('RUNTIME_UNAVAILABLE', unavailable(cause), { cause });
  });
  return loaded;
}

function unavailable(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return [
    `onnxruntime cannot be loaded on ${process.platform}-${process.arch}: ${reason}. What helps:`,
    '- install again with `npm ci`, on the machine that runs it: node_modules of another system do not fit;',
    '- on Linux use a system with glibc 2.28 or newer (Alpine and other musl systems are not supported);',
    '- on Windows install the Visual C++ redistributable.',
  ].join('\n');
}

/**
 * Opens a network in this thread.
 * @throws FdeployError RUNTIME_UNAVAILABLE; errors of onnxruntime if it cannot open the file
 */
export async function openSession(file: string, settings: SessionSettings): Promise<Session> {
  const { InferenceSession, Tensor: OrtTensor } = await loadOnnxruntime();
  const session = await InferenceSession.create(file, {
    executionProviders: [providerOf(settings.device)],
    executionMode: 'sequential',
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    // Input sizes vary, and memory patterns of earlier sizes would be kept.
    enableMemPattern: false,
    graphOptimizationLevel: settings.optimise ? 'all' : 'disabled',
    logSeverityLevel: 4,
    ...(settings.optimisedFile !== undefined && { optimizedModelFilePath: settings.optimisedFile }),
    extra: { session: { intra_op: { allow_spinning: '0' }, ...settings.extra } },
  });
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    async run(feeds) {
      const given: Record<string, ort.Tensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(feeds)) {
        given[name] = new OrtTensor(type, data, dims);
      }
      const results = await session.run(given);
      const outputs: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(results)) outputs[name] = fromOrt(tensor);
      return outputs;
    },
    close: () => session.release(),
  };
}

function describe(value: ort.InferenceSession.ValueMetadata): ValueInfo {
  if (!value.isTensor) throw new FdeployError('MODEL_UNSUPPORTED', `"${value.name}" is no tensor`);
  const dims = value.shape.map((size) => (typeof size === 'number' && size > 0 ? size : -1));
  return { name: value.name, type: value.type as TensorType, dims };
}

/** onnxruntime-node's output tensors own their memory, so nothing is copied. */
function fromOrt({ type, dims, data }: ort.Tensor): Tensor {
  if (type !== 'float16') return { type, dims, data } as Tensor;
  // If JavaScript has Float16Array, float16 tensors use it.
  const { buffer, byteOffset, length } = data as Uint16Array;
  return { type, dims, data: new Uint16Array(buffer, byteOffset, length) };
}
