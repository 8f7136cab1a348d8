import type { ProgressKind } from '../config/flags/predict-options.js';
import { messageLine } from './messages.js';
import { Pace, type Expected, type Progress } from './pace.js';

const PLAIN_EVERY_MS = 10_000;

/**
 * @param kind `auto` is a bar on a terminal, unless the records go to a terminal too; else a plain line every 10 s
 * @param expected pictures to predict
 */
export async function makeProgress(
  kind: ProgressKind,
  expected: Expected,
  recordsOnTerminal: boolean,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<Progress> {
  if (kind === 'none' || (expected.isFinal() && expected.count() === 0)) return silent(stream);
  if (kind === 'plain' || !stream.isTTY) return plain(expected, stream);
  if (kind === 'auto' && recordsOnTerminal) return silent(stream);
  const { bar } = await import('./progress-bar.js'); // most runs have none
  return bar(expected, new Pace(expected), stream);
}

function silent(stream: NodeJS.WriteStream): Progress {
  return {
    update: () => undefined,
    stop: () => undefined,
    say: (sentence) => stream.write(messageLine(sentence)),
  };
}

function plain(expected: Expected, stream: NodeJS.WriteStream): Progress {
  const state = new Pace(expected);
  const timer = setInterval(() => {
    stream.write(messageLine(state.text()));
  }, PLAIN_EVERY_MS);
  timer.unref();
  return {
    update: (done, failed) => {
      state.update(done, failed);
    },
    stop: () => {
      clearInterval(timer);
    },
    say: (sentence) => stream.write(messageLine(sentence)),
  };
}
