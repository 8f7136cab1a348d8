import { turnedBack, type Page } from '../page.js';
import type { StageClock } from '../stage.js';
import { pageTurn, type PageOrientationStage } from './page-orientation.js';

/** The networks that straighten a page before its text is sought. */
export interface DocumentStages {
  readonly pageOrientation?: PageOrientationStage;
}

/** The page as PaddleX's document preprocessing hands it on: turned upright. The page before is used up. */
export async function straighten(
  { pageOrientation }: DocumentStages,
  page: Page,
  clock: StageClock,
): Promise<Page> {
  if (!pageOrientation) return page;
  const [orientation] = await pageOrientation.run([page.picture], clock);
  return turnedBack(page, pageTurn(orientation!));
}
