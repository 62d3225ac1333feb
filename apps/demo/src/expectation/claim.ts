/** Something that must hold of a run beyond its lines: ids that differ, a time that passed. */
export interface Claim {
  readonly text: string;
  readonly holds: boolean;
}

export function claim(text: string, holds: boolean): Claim {
  return { text, holds };
}
