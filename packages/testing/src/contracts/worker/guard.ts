import { describe, expect, test } from 'vitest';
import { runProgram } from '../../program/program.js';
import type { WorkerKit } from './kit.js';

/** A program without the guard starts one worker, and that worker starts none. */
export function guardContract(kit: WorkerKit): void {
  const run = (name: string): ReturnType<typeof runProgram> =>
    runProgram(new URL(`guard/${name}.mjs`, kit.fixtures));

  // Node tells only the name of an error that was not caught in a thread.
  const refusal = new RegExp(`BootstrapError\\]?: ${kit.className}-1 was not started: `);

  describe('the guard against recursive starts', () => {
    test.each(['top-level', 'imports-top-level', 'after-dependency'])(
      '%s: the answer carries the error, and the program fails',
      async (name) => {
        const { lines, stderr, exitCode } = await run(name);
        expect(lines).toEqual(['generation', 'generation', 'exit code 1']);
        expect(stderr).toMatch(refusal);
        expect(stderr).toContain('  if (isMain(import.meta)) {');
        expect(exitCode).toBe(1);
      },
    );

    test.each(['later', 'imports-later', 'timer', 'dynamic'])(
      '%s: what the top level left running starts none either',
      async (name) => {
        const { lines, stderr } = await run(name);
        expect(lines).toEqual(['generation', 'generation', 'exit code 1']);
        expect(stderr).toMatch(refusal);
      },
    );

    test('targets may start workers', async () => {
      const { lines, stderr, exitCode } = await run('guarded');
      const generations = Array<string>(4).fill('generation');
      expect([...lines].sort()).toEqual(['depth 2', 'exit code 0', ...generations]);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
    });
  });
}
