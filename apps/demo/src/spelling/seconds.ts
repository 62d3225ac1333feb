/** So many demo seconds at that scale, for people: `1.2 s`. */
export function scaledSeconds(seconds: number, scale: number): string {
  return `${Math.round(seconds * scale * 1000) / 1000} s`;
}
