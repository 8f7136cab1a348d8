/** What the child that opens a device answers, as one line of JSON on stdout. */
export type DeviceAnswer =
  { type: 'opened' } | { type: 'absent'; known: readonly string[] } | { type: 'failed'; reason: string };
