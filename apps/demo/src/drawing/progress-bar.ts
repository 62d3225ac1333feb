const width = 30;

/** A bar that is filled to the share, a number from 0 to 1: `▕██████        ▏  43 %`. */
export function progressBar(share: number): string {
  const filled = Math.round(share * width);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `▕${'█'.repeat(filled).padEnd(width)}▏ ${percent} %`;
}
