/** The number with up to 12 significant digits and no trailing zeros, as C's `%.12g` prints it. */
export function twelveDigits(value: number): string {
  return String(Number(value.toPrecision(12)));
}
