import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { longDelay, smallDelay } from '../../delays.js';
import { Program, type ProgramOptions } from '../../program/program.js';
import { repeatRounds } from '../../repeat.js';
import type { WorkerKit } from './kit.js';

const script = new URL('program.js', import.meta.url);

export function programContract(kit: WorkerKit): void {
  const program = (scenario: string, args: readonly string[] = [], options?: ProgramOptions): Program =>
    new Program(script, { ...options, args: [kit.module, kit.className, scenario, ...args] });

  describe('a program', () => {
    test('does not wait for its daemons, and leaves none behind', async () => {
      const { lines, exitCode } = await program('daemons', [String(smallDelay)]).outcome;
      expect(lines).toContain('alive true');
      expect(exitCode).toBe(0);
      expect(await program('daemonAtOnce').outcome).toMatchObject({ exitCode: 0 });
    });

    test('waits for the others', async () => {
      const { lines, exitCode } = await program('others').outcome;
      expect(lines[0]).toBe('main is done');
      expect(lines.slice(1).sort()).toEqual(['one', 'two']);
      expect(exitCode).toBe(0);
    });

    test('waits for the daemons that it awaits', async () => {
      const scenarios = ['awaitDaemonResult', 'awaitDaemonResultReadEarly', 'awaitDaemonJoin'];
      const outcomes = await Promise.all(scenarios.map((scenario) => program(scenario).outcome));
      expect(outcomes.map(({ lines, exitCode }) => [...lines, exitCode])).toEqual([
        ['said', 'result said', 0],
        ['said', 'result said', 0],
        ['said', 'exit code 0', 0],
      ]);
    });

    test('a daemon that was awaited and goes on does not hold it up', async () => {
      const { lines, exitCode } = await program('awaitedDaemonGoesOn').outcome;
      expect(lines).toEqual(['returned', 'result undefined']);
      expect(exitCode).toBe(0);
    });

    test('awaits each of many daemons to its end', async () => {
      const { lines, exitCode } = await program('manyDaemonJoins', [String(repeatRounds ?? 10)], {
        timeout: longDelay * 5,
      }).outcome;
      expect(lines).toEqual(['joined all']);
      expect(exitCode).toBe(0);
    });

    test('a result that is never read is no unhandled rejection', async () => {
      const { lines, stderr, exitCode } = await program('unreadResults').outcome;
      expect(lines).toEqual(['1 3']);
      expect(stderr).toMatch(/RangeError: not awaited/);
      expect(exitCode).toBe(0);
    });

    test('killed: nothing outlives it', async () => {
      await using running = program('stay');
      for (const how of [/^spinning$/, /^sleeping$/, /^blocked$/, /^returned$/]) {
        await running.line(how);
      }
      running.kill('SIGKILL');
      // The outcome rejects when a descendant is left.
      expect(await running.outcome).toMatchObject({ signal: 'SIGKILL' });
    });

    test('failing: its daemons end with it', async () => {
      const { stderr, exitCode } = await program('uncaught', [String(smallDelay)]).outcome;
      expect(stderr).toContain('the program fails');
      expect(exitCode).toBe(1);
    });
  });

  describe('output', () => {
    test('a line appears at once, even while the main thread is blocked', async () => {
      await using blocked = program('speakWhileBlocked');
      expect(await blocked.line(/heard/)).toBe('heard at once');
    });

    test('lines of many writers stay whole', async () => {
      const count = 1000;
      const { lines, exitCode } = await program('manyLines', [String(count)], {
        timeout: longDelay * 2,
      }).outcome;
      expect(exitCode).toBe(0);
      const seen = new Map<string, number>();
      for (const line of lines) {
        const [writer = '', number, length, text] = line.split(':');
        expect(Number(number)).toBe(seen.get(writer) ?? 0);
        if (text !== writer.repeat(Number(length))) throw new Error(`a torn line: ${line.slice(0, 99)}`);
        seen.set(writer, Number(number) + 1);
      }
      expect([...seen].sort()).toEqual(['1', '2', '3', '4'].map((writer) => [writer, count]));
    });

    test('a large write is complete although its writer ends', async () => {
      const size = 5_000_000;
      const { stdout, exitCode } = await program('longLine', [String(size)]).outcome;
      expect(stdout).toHaveLength(size + 1);
      expect(exitCode).toBe(0);
    });

    test('a reader that closed the pipe makes nothing hang', async () => {
      const child = spawn(
        process.execPath,
        [fileURLToPath(script), kit.module, kit.className, 'speakToNobody'],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      child.stdout.destroy();
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      await once(child, 'close');
      expect(stderr).toContain('done false');
    });
  });
}
