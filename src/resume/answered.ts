/** What an output already says of one picture, and where in the file. */
export interface Answered {
  /** Of the picture, as `recordKey` makes it. */
  key: string;
  status: 'ok' | 'error' | 'incomplete';
  /** Bytes from the start of the file, `end` not included. */
  start: number;
  end: number;
}
