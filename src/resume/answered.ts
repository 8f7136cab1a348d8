/** The records of one picture in an output, and their place in the file. */
export interface Answered {
  /** Key of the picture, from `recordKey`. */
  key: string;
  status: 'ok' | 'error' | 'incomplete';
  /** Byte offsets in the file; `end` is exclusive. */
  start: number;
  end: number;
}
