import { MultiBar } from 'cli-progress';
import { messageLine } from './messages.js';
import type { Expected, Pace, Progress } from './pace.js';

const FRAMES_PER_SECOND = 5;

/** A bar on a terminal, with messages above it. */
export function bar(expected: Expected, state: Pace, stream: NodeJS.WriteStream): Progress {
  const bars = new MultiBar({
    stream,
    format: '{bar} {text}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    fps: FRAMES_PER_SECOND,
    gracefulExit: false, // the signals are the command's
  });
  const line = bars.create(expected.count(), 0, { text: state.text() });
  let stopped = false;
  return {
    update: (done, failed) => {
      state.update(done, failed);
      line.setTotal(expected.count());
      line.update(done, { text: state.text() });
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      bars.update(); // writes what was said last
      bars.stop();
    },
    say: (sentence) => {
      if (stopped) stream.write(messageLine(sentence));
      else bars.log(messageLine(sentence));
    },
  };
}
