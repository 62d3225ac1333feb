import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        stdout,
        stderr,
      });
    });
  });
}

const numbersIn = (listing: string): number[] =>
  [...listing.matchAll(/^ {2,3}(\d+) {2}\S/gm)].map(([, number]) => Number(number));

describe('npm start --', () => {
  test('--list names every example by section, and runs none', async () => {
    const { code, stdout } = await run('--list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^── A\. Processes ─+$/m);
    expect(stdout).toMatch(/^ {2}23 {2}Race condition.* synchronisation$/m);
    expect(numbersIn(stdout)).toEqual(numbersIn(stdout).toSorted((one, other) => one - other));
  });

  test('--list --only TOPIC names those about the topic', async () => {
    const { stdout } = await run('--list', '--only', 'threads');
    expect(numbersIn(stdout)).toContain(20);
    expect(numbersIn(stdout)).not.toContain(2);
  });

  test('runs the examples whose numbers are given, and sums up', async () => {
    const { code, stdout } = await run('1', '7');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✔ {2}1 {2}CPU count/m);
    expect(stdout).toMatch(/^✔ {2}7 {2}/m);
    expect(stdout).toMatch(/^✔ 2 examples: 2 passed, 0 failed/m);
  });

  test('--real-time sleeps as long as the example says', async () => {
    const { code, stdout } = await run('45', '--real-time');
    expect(code).toBe(0);
    expect(stdout).toContain('Finished in ≥ 2 second(s)');
  });

  test.each([
    [['99'], 'there is no example 99: --list shows them all'],
    [['race'], 'It is not the number of an example.'],
    [['--only', 'nothing'], 'Allowed choices are processes, threads,'],
    [['--fast'], "unknown option '--fast'"],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
