import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { URLSearchParams } from 'node:url';
import { threadId } from 'node:worker_threads';

/**
 * Parts of a worker whose pictures say what shall happen to them: `name?do=exit&at=decode`.
 * do: exit, kill, stop (SIGSTOP), throw (uncaught), reject, heap, spin (hangs for good), hang (the same, but the thread is
 * free); at: predict (else) or decode; once: files; done only where one of them does not exist yet, and makes it; wait:
 * milliseconds that an inference blocks; seen: a folder in which the worker leaves its name; until: how many workers must have
 * left theirs before the picture is done
 */
const scripts = new WeakMap();
const leaked = [];

function block(ms) {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Whether this is the first to make a file. */
function claim(file) {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** Leaves this worker's name, and waits until enough others have; where they never do, 30 seconds. */
async function meet(folder, workers) {
  writeFileSync(join(folder, `${process.pid}-${threadId}`), '');
  const deadline = performance.now() + 30_000;
  while (readdirSync(folder).length < workers && performance.now() < deadline) await sleep(10);
}

async function act(script) {
  const once = script.getAll('once');
  if (once.length > 0 && !once.some(claim)) return;
  switch (script.get('do')) {
    case 'exit':
      return process.exit(7);
    case 'kill':
      return process.kill(process.pid, 'SIGKILL');
    case 'throw':
      setTimeout(() => {
        throw new TypeError('nobody catches this');
      });
      return sleep(10_000);
    case 'reject':
      throw new Error('this picture is bad');
    case 'heap':
      for (const grown = []; ;) grown.push(new Array(100_000).fill(grown.length));
    case 'stop':
      return process.kill(process.pid, 'SIGSTOP');
    case 'spin':
      return block(600_000);
    case 'hang':
      return sleep(600_000);
  }
}

export const parts = {
  async open(handle) {
    const { log, open } = handle.config;
    await act(new URLSearchParams(open ?? ''));
    return {
      task: 'classification',
      name: handle.name,
      async run(pictures) {
        const scriptsNow = pictures.map((picture) => scripts.get(picture));
        if (log) appendFileSync(log, `${scriptsNow.map((script) => script.get('name')).join('+')}\n`);
        const predictions = [];
        for (const script of scriptsNow) {
          block(Number(script.get('wait') ?? 0));
          if (script.has('leak')) leaked.push(new Uint8Array(Number(script.get('leak')) * 2 ** 20).fill(1));
          if (script.has('seen')) await meet(script.get('seen'), Number(script.get('until') ?? 0));
          if (script.get('at') !== 'decode') await act(script);
          const classes = [{ id: process.pid * 1000 + threadId, label: script.get('name'), score: 1 }];
          predictions.push({ result: { classes }, ms: { preprocess: 1, inference: 2, postprocess: 3 } });
        }
        return predictions;
      },
      async close() {
        if (log) appendFileSync(log, 'closed\n');
      },
    };
  },
  async read({ name }) {
    return { bytes: Buffer.alloc(0), name };
  },
  async decode({ name: image }) {
    const [name, query] = image.split('?');
    const script = new URLSearchParams(query);
    script.set('name', name);
    if (script.get('at') === 'decode') await act(script);
    else await sleep(0);
    const picture = { data: new Uint8Array(3), width: 1, height: 1, channels: 3, order: 'rgb' };
    scripts.set(picture, script);
    return picture;
  },
  writers: {},
  rss: () => process.memoryUsage.rss(),
};
