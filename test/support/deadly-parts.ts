import { setImmediate as turn } from 'node:timers/promises';
import { FdeployError } from '#src/contracts/errors.js';
import type { Model } from '#src/contracts/model.js';
import type { WorkerParts } from '#src/worker/loop.js';

/** What a picture does to its worker. */
export const KINDS = [
  'good',
  'bad',
  'bad to decode',
  'deadly',
  'deadly to decode',
  'deadly to write',
] as const;
export type Kind = (typeof KINDS)[number];

/** Names of pictures that do something to their worker. */
export function namesOf(kinds: readonly Kind[]): string[] {
  return kinds.map((kind, index) => `${index} is ${kind}`);
}

/** Parts of a worker whose pictures do what their name says, each step after so many turns of the thread. */
export function deadlyParts(die: () => Promise<never>, turns: () => number = () => 0): WorkerParts {
  const kinds = new WeakMap<object, string>();
  const pause = async (): Promise<void> => {
    for (let left = turns(); left > 0; left--) await turn();
  };
  const run: Model['run'] = async (pictures) => {
    await pause();
    for (const picture of pictures) {
      if (kinds.get(picture) === 'deadly') await die();
      if (kinds.get(picture) === 'bad') throw new FdeployError('INFERENCE_FAILED', 'bad');
    }
    const ms = { preprocess: 1, inference: 1, postprocess: 1 };
    return pictures.map(({ width }) => ({ result: { classes: [{ id: width, label: null, score: 1 }] }, ms }));
  };
  return {
    open: async () => {
      await pause();
      return {
        task: 'classification',
        name: 'fake',
        run,
        close: () => Promise.resolve(),
      } as unknown as Model;
    },
    read: ({ name }) => Promise.resolve({ bytes: Buffer.alloc(1), name }),
    decode: async ({ name }) => {
      await pause();
      const [index, kind] = name.split(' is ') as [string, Kind];
      if (kind === 'deadly to decode') await die();
      if (kind === 'bad to decode') throw new FdeployError('IMAGE_UNREADABLE', 'bad');
      const picture = {
        data: new Uint8Array(3),
        width: Number(index) + 1,
        height: 1,
        channels: 3,
        order: 'rgb',
      } as const;
      kinds.set(picture, kind);
      return picture;
    },
    writers: {
      drawings: async ({ picture, result }) => {
        await pause();
        return kinds.get(picture) === 'deadly to write' ? await die() : result;
      },
    },
    rss: () => 0,
  };
}
