// What a terminal gets, through a pseudo-terminal of that width.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { demo } from './program.js';

const script = ['/usr/bin/script', '/bin/script'].find((file) => existsSync(file));

/** Runs the demo on a terminal with so many columns, and resolves to all that it was sent. */
function onTerminal(columns: number, args: string): Promise<string> {
  const command = `stty cols ${columns} rows 40; ${process.execPath} ${demo} ${args}`;
  return new Promise((resolve, reject) => {
    execFile(script ?? '', ['-qec', command, '/dev/null'], (error, stdout) => {
      if (error) reject(new Error(`exit code ${error.code ?? 'none'}\n${stdout}`));
      else resolve(stdout);
    });
  });
}

test.skipIf(process.platform !== 'linux' || script === undefined).each([60, 80, 120, 200])(
  'no line wraps at %d columns, the progress line included',
  { timeout: 120_000 },
  async (columns) => {
    const output = await onTerminal(columns, '3 4 25 39 --no-report');
    expect(output).toContain('\u001b[K'); // The progress line was drawn, and erased.
    // Each erasure begins a line anew, like a line's end.
    const lines = stripVTControlCharacters(output.replaceAll('\r\u001b[K', '\n')).split(/[\r\n]+/);
    expect(lines.some((line) => /▏ \d of 4, \d+ s/.test(line))).toBe(true);
    expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
    // The width is used.
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeGreaterThan(columns - 8);
    expect(lines.at(-2)).toMatch(/^✔ 4 examples: 4 passed, 0 failed/);
  },
);
