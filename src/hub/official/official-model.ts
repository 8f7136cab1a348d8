/** What an official model does. */
export type OfficialTask =
  | 'classification'
  | 'features'
  | 'detection'
  | 'layout detection'
  | 'instance segmentation'
  | 'segmentation'
  | 'text detection'
  | 'text recognition'
  | 'line orientation'
  | 'page orientation'
  | 'unwarping';

/** An inference model that the suites publish. Names: PaddleX 3.7.2. Sizes and accuracy: PaddleX's model lists. */
export interface OfficialModel {
  readonly name: string;
  readonly task: OfficialTask;
  readonly suite: string;
  /** Size of its files; absent if it was not published where the names were read. */
  readonly megabytes?: number;
  /** As its suite published it, in percent, with the name of the measure. Suites use data of their own for some tasks. */
  readonly accuracy?: { readonly measure: string; readonly percent: number };
}

type Row = readonly [name: string, megabytes: number | null, percent: number | null, measure?: string];

/** The models of one task. */
export function group(
  task: OfficialTask,
  suite: string,
  measure: string,
  rows: readonly Row[],
): OfficialModel[] {
  return rows.map(([name, megabytes, percent, own]) => ({
    name,
    task,
    suite,
    ...(megabytes !== null && { megabytes }),
    ...(percent !== null && { accuracy: { measure: own ?? measure, percent } }),
  }));
}
