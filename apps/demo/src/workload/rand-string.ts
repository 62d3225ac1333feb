import { randomInt } from 'node:crypto';

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A random string of letters and digits. */
export function randString(length: number): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}
