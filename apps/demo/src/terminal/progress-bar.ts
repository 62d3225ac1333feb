const width = 20;

/** A bar that is filled to the share, a number from 0 to 1: `▕██████        ▏`. */
export function progressBar(share: number): string {
  return `▕${'█'.repeat(Math.round(share * width)).padEnd(width)}▏`;
}
