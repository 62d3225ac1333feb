import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, Program, runProgram, scaled } from '@manycore/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const main = new URL('../dist/main.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'manycore-soak-test-'));
const json = join(folder, 'report.json');
const own = ['--log', join(folder, 'log'), '--json', json];
const options = {
  // A continuous integration's environment asks for colours.
  env: { NO_COLOR: '1' },
  timeout: scaled(120_000),
  allowWarnings: true,
};

afterAll(() => rmSync(folder, { recursive: true }));

const soak = (...args: string[]): Promise<Outcome> =>
  runProgram(main, { ...options, args: [...own, ...args] });

interface Report {
  readonly verdict: string;
  readonly interrupted: boolean;
  readonly seed: number;
  readonly runs: number;
  readonly scenarios: Record<string, { readonly runs: number }>;
  readonly operations: Record<string, number>;
  readonly checkpoints: { readonly figures: Record<string, number> }[];
  readonly failures: { readonly id: string; readonly kind: string; readonly text: string }[];
}

const report = (): Report => JSON.parse(readFileSync(json, 'utf8')) as Report;

describe('a soak', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await soak('--minutes', '0.15', '--seed', '1', '--checkpoint', '3');
  }, options.timeout);

  test('of everything finds nothing', () => {
    expect(outcome.stdout).toContain('✔ ok: ');
    expect(outcome.exitCode).toBe(0);
    expect(report()).toMatchObject({ verdict: 'ok', seed: 1, interrupted: false, failures: [] });
  });

  test('reports what was done, and the figures of each checkpoint', () => {
    const { runs, scenarios, operations, checkpoints } = report();
    const sum = Object.values(scenarios).reduce((n, scenario) => n + scenario.runs, 0);
    expect(sum).toBe(runs);
    expect(operations['thread: started']).toBeGreaterThan(0);
    for (const { figures } of checkpoints) {
      expect(figures).toMatchObject({ processes: 0, names: 0 });
      expect(figures['rss']).toBeGreaterThan(0);
    }
    expect(outcome.stdout.match(/^\d\d:\d\d {2}\d+ runs/gm)).toHaveLength(checkpoints.length);
  });
});

describe('what is not as promised is found and named, with exit code 1', () => {
  const only = ['--seed', '3', '--only', 'queue', '--lanes', '2'];

  test('a lost message', async () => {
    const { exitCode, stdout } = await soak(...only, '--runs', '2', '--sabotage', 'lose-message');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✗ failed: ');
    const [failure] = report().failures;
    expect(failure).toMatchObject({ kind: 'violation' });
    expect(failure?.text).toContain('message 0 of producer 0');
    expect(stdout).toContain('again: npm run soak -- --seed 3 --only queue\n');
    expect(stdout).toContain(`over and over: npm run soak -- --seed 3 --only ${String(failure?.id)}\n`);
  });

  test('a descriptor that each run leaves open', async () => {
    const runs = ['--minutes', '5', '--runs', '14', '--checkpoint-runs', '2'];
    const { exitCode, stdout } = await soak(...only, ...runs, '--sabotage', 'leak-descriptor');
    expect(stdout).toContain('✗ growth: growth\n  descriptors grows: ');
    expect(exitCode).toBe(1);
  });

  test('a run that hangs: what it waits for, and what the processes do', async () => {
    const { exitCode, stdout } = await soak(...only, '--limit', '4', '--sabotage', 'hang');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ queue#\d: hang\n {2}queue#\d waits for\n {4}a message that never comes \(for/);
    expect(stdout).toContain('the soak itself');
  });

  test('a process that stays', async () => {
    const { exitCode, stdout } = await soak(...only, '--runs', '1', '--sabotage', 'leave-process');
    expect(stdout).toMatch(/✗ program: error\n {2}Error: processes are left that no run needs:\n.*sleep 600/);
    expect(exitCode).toBe(1);
  });
});

describe('the plan', () => {
  const plan = async (...args: string[]): Promise<readonly string[]> =>
    (await soak('--plan', '60', ...args)).lines;

  test('is the same for the same seed, and another for another', async () => {
    const first = await plan('--seed', '7');
    expect(first).toHaveLength(60);
    expect(await plan('--seed', '7')).toEqual(first);
    expect(await plan('--seed', '8')).not.toEqual(first);
  });

  test('--only NAME makes the same runs of it', async () => {
    const all = await plan('--seed', '7');
    const locks = all.filter((line) => line.startsWith('lock#'));
    expect(locks.length).toBeGreaterThan(1);
    expect((await plan('--seed', '7', '--only', 'lock')).slice(0, locks.length)).toEqual(locks);
  });

  test('--only NAME#n makes that run over and over', async () => {
    const [, second] = (await plan('--seed', '7')).filter((line) => line.startsWith('lock#'));
    expect(new Set(await plan('--seed', '7', '--only', 'lock#1'))).toEqual(new Set([second]));
  });
});

test('SIGINT ends it cleanly, with the report so far', async () => {
  await using program = new Program(main, { ...options, args: [...own, '--seed', '5'] });
  await program.line(/^seed 5/);
  program.kill('SIGINT');
  const { exitCode, stdout } = await program.outcome;
  expect(stdout).toMatch(/^interrupted: waiting for what runs$/m);
  expect(stdout).toContain(', interrupted, 0 failures');
  expect(exitCode).toBe(0);
  expect(report()).toMatchObject({ verdict: 'ok', interrupted: true });
});

test.each([
  [['--only', 'nothing'], 'no scenario is called nothing; there are queue, '],
  [['--minutes', '-1'], 'It must be above 0.'],
  [['--lanes', '0'], 'It must be above 0.'],
  [['--seed', 'x'], 'It must be a whole number below 2 ** 31.'],
])('%j is refused with exit code 2', async (args, message) => {
  const { exitCode, stderr } = await soak(...args);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});
