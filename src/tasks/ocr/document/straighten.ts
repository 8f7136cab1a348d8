import { turnedBack, type Page } from '../page.js';
import type { StageClock } from '../stage.js';
import { pageTurn, type PageOrientationStage } from './page-orientation.js';
import { unwarped } from './unwarped-page.js';
import type { UnwarpingStage } from './unwarping.js';

/** The networks that straighten a page before its text is sought. */
export interface DocumentStages {
  readonly pageOrientation?: PageOrientationStage;
  readonly unwarping?: UnwarpingStage;
}

/** The page as PaddleX's document preprocessing hands it on: turned upright, then flat. The page before is used up. */
export async function straighten(
  { pageOrientation, unwarping }: DocumentStages,
  page: Page,
  clock: StageClock,
): Promise<Page> {
  let straight = page;
  if (pageOrientation) {
    const [orientation] = await pageOrientation.run([straight.picture], clock);
    straight = turnedBack(straight, pageTurn(orientation!));
  }
  if (unwarping) {
    const [grid] = await unwarping.run([straight.picture], clock);
    const start = performance.now();
    straight = unwarped(straight, grid!);
    clock.preprocess += performance.now() - start;
  }
  return straight;
}
