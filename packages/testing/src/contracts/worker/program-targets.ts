// What the fixture program's threads and processes run: they write, wait and stay.
import { writeSync } from 'node:fs';

/** Reports that it runs, past all buffers, and stays in one of the ways in which a worker can. */
export function stay(how: 'spinning' | 'sleeping' | 'blocked' | 'returned'): Promise<void> | undefined {
  writeSync(1, `${how}\n`);
  switch (how) {
    case 'spinning':
      while (performance.now() >= 0);
      return undefined;
    case 'blocked':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return undefined;
    case 'sleeping':
      return new Promise((resolve) => setTimeout(resolve, 3_600_000));
    case 'returned':
      setInterval(() => undefined, 1000);
      return undefined;
  }
}

export async function say(text: string, after = 0): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, after));
  console.log(text);
  return text;
}

/** Many lines of many lengths; each tells its writer, number and length. */
export function sayMuch(writer: number, lines: number): void {
  for (let i = 0; i < lines; i += 1) {
    const length = (i * 37) % 4000;
    console.log(`${writer}:${i}:${length}:${String(writer).repeat(length)}`);
  }
}

/** One large write, and the end right after it. */
export function sayAtLength(size: number): void {
  process.stdout.write(`${'x'.repeat(size)}\n`);
}

export function fail(): never {
  throw new RangeError('not awaited');
}

export function exitWith(code: number): void {
  process.exit(code);
}
