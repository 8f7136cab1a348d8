import type { ModelHandle } from '../contracts/model.js';
import type { Picture } from '../contracts/picture.js';
import type { TaskResult } from '../contracts/results.js';
import type { RuntimeHandle } from '../contracts/runtime.js';
import { openHandle } from '../tasks/registry.js';
import { watchRuns, type Watcher } from '../runtime/index.js';
import { agreementOf } from './agreement.js';
import { writeInt8, type FloatNetwork } from './networks.js';
import type { NetworkTable } from '../onnx/quantize/index.js';

/** Tables by part; parts without one stay float32. */
export type Tables = Readonly<Record<string, NetworkTable>>;

/** int8 beside float32 on the held-out pictures. */
export interface Evaluation {
  /** 1 minus the share of things that agree. */
  readonly drop: number;
  /** Mean score difference of things that agree. */
  readonly scoreDifference: number;
  /** Milliseconds of inference per part, the sums of both. */
  readonly ms: Readonly<Record<string, { float32: number; int8: number }>>;
  /** Sum of float32's milliseconds divided by that of int8. */
  readonly speedup: number;
}

/** Predicts pictures with float32 networks while they are watched. */
export async function predictFloat(
  handle: ModelHandle,
  networks: readonly FloatNetwork[],
  pictures: AsyncIterable<Picture>,
  watcher: (part: string) => Watcher | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const ends = networks.flatMap(({ part, runtime }) => {
    const watch = watcher(part);
    return watch ? [watchRuns(runtime.file, watch)] : [];
  });
  const model = await openHandle({ ...handle, runtimes: runtimesOf(networks) });
  try {
    for await (const picture of pictures) {
      signal?.throwIfAborted();
      await model.run([picture]);
    }
  } finally {
    await model.close();
    for (const end of ends) end();
  }
}

const runtimesOf = (networks: readonly FloatNetwork[]): Record<string, RuntimeHandle> =>
  Object.fromEntries(networks.map(({ part, runtime }) => [part, runtime]));

/** Predicts each held-out picture with float32 and with int8 in turn, so that other load on the machine affects both. */
export async function evaluate(
  handle: ModelHandle,
  networks: readonly FloatNetwork[],
  tables: Tables,
  pictures: AsyncIterable<Picture>,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const runtimes = runtimesOf(networks);
  const ms: Record<string, { float32: number; int8: number }> = {};
  const undo: (() => Promise<void> | void)[] = [];
  const time = (part: string, kind: 'float32' | 'int8', file: string): void => {
    undo.push(
      watchRuns(file, (_, taken) => {
        (ms[part] ??= { float32: 0, int8: 0 })[kind] += taken;
      }),
    );
  };
  const int8: Record<string, RuntimeHandle> = {};
  try {
    for (const network of networks) {
      const { part, runtime } = network;
      time(part, 'float32', runtime.file);
      const table = tables[part];
      if (!table) continue;
      const { handle, remove } = await writeInt8(network, table);
      undo.push(remove);
      int8[part] = handle;
      time(part, 'int8', handle.file);
    }
    const wanted = await openHandle({ ...handle, runtimes });
    undo.push(() => wanted.close());
    const found = await openHandle({ ...handle, runtimes: { ...runtimes, ...int8 } });
    undo.push(() => found.close());
    let [agreed, weight, difference] = [0, 0, 0];
    let isFirst = true;
    for await (const picture of pictures) {
      signal?.throwIfAborted();
      if (isFirst) {
        // The first inference of a session is slower than those behind it.
        await wanted.run([picture]);
        await found.run([picture]);
        for (const times of Object.values(ms)) Object.assign(times, { float32: 0, int8: 0 });
        isFirst = false;
      }
      const results: TaskResult[] = [];
      for (const model of [wanted, found]) results.push((await model.run([picture]))[0]!.result);
      const one = agreementOf(handle.task, results[0]!, results[1]!);
      agreed += one.agreed;
      weight += one.weight;
      difference += one.scoreDifference;
    }
    const parts = Object.keys(tables).flatMap((part) => ms[part] ?? []);
    const sum = (kind: 'float32' | 'int8'): number => parts.reduce((total, times) => total + times[kind], 0);
    return {
      drop: weight === 0 ? 0 : 1 - agreed / weight,
      scoreDifference: agreed === 0 ? 0 : difference / agreed,
      ms,
      speedup: sum('int8') > 0 ? sum('float32') / sum('int8') : 1,
    };
  } finally {
    for (const end of undo.toReversed()) await end();
  }
}
