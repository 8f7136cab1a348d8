import type { Line } from './line.js';
import { checkTurns, turnLines, type OrientationStage } from './line-turns.js';
import { readLines, type RecognitionStage } from './read-lines.js';
import type { Reading } from './reading.js';
import type { StageClock } from './stage.js';
import { columnMarks, isWideText } from './vertical-text.js';

/** Reads lines the right way up, as the profile says. A line that was read stays as it is. */
export class LineReader {
  /** @param own whether the lines' pixels may be turned in place */
  constructor(
    readonly orientation: OrientationStage | undefined,
    readonly recognition: RecognitionStage | undefined,
    private readonly bothWays: boolean,
    private readonly own: boolean,
  ) {}

  async read(lines: readonly Line[], clock: StageClock): Promise<void> {
    const unread = lines.filter(({ reading }) => !reading);
    const { orientation, recognition, bothWays } = this;
    const checked = bothWays && recognition !== undefined;
    if (orientation && !checked) await turnLines(orientation, unread, this.own, clock);
    await this.recognise(unread, clock);
    if (!checked) return;
    await checkTurns(orientation, recognition, unread, clock);
    for (const line of unread) if (line.tall) line.reading = asColumn(line.reading!);
  }

  private async recognise(lines: readonly Line[], clock: StageClock): Promise<void> {
    if (!this.recognition) return;
    const crops = lines.map(({ crop }) => crop);
    const readings = await readLines(this.recognition, crops, clock);
    lines.forEach((line, i) => (line.reading = readings[i]!));
  }
}

const asColumn = (reading: Reading): Reading =>
  isWideText(reading.text) ? { ...reading, text: columnMarks(reading.text), isColumn: true } : reading;
