interface Line {
  text: string;
  quad: readonly (readonly [number, number])[];
}

export function plain(text: string): string;
export function characterErrors(
  truth: readonly Line[],
  read: readonly Line[],
): { errors: number; characters: number };
