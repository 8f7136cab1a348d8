interface Line {
  text: string;
  quad: readonly (readonly [number, number])[];
}

export function plain(text: string): string;
export function characterErrors(
  truth: readonly Line[],
  read: readonly Line[],
  spaces?: boolean,
): { errors: number; characters: number };
export function editDistance(from: readonly string[], to: readonly string[]): number;
