import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type WorkerKit, type AnyFunction, outcomeOf } from './kit.js';

/** Functions of the test file itself, which the test runner has compiled and a worker imports as it stands. */
export interface OwnTargets {
  /** The test file's `import.meta.url`. */
  readonly url: string;
  /** Exported; adds 100. */
  readonly addHundred: (n: number) => number;
  /** Exported; throws a `TestFileError` with its argument as `n`. */
  readonly fail: (n: number) => never;
  readonly TestFileError: new (n: number) => Error & { readonly n: number };
  /** Not exported. */
  readonly hidden: AnyFunction;
  /** The fixture `typed.ts`, as the test runner imports it. */
  readonly typed: {
    readonly norm: AnyFunction;
    readonly refuse: AnyFunction;
    readonly PointError: abstract new (...args: never[]) => Error;
  };
}

/** Targets with TypeScript source: of modules, of test files, of programs that tsx runs or Node itself. */
export function typescriptContract(kit: WorkerKit, own: OwnTargets): void {
  describe('TypeScript', () => {
    test('of a module, with what that imports, and its errors', async () => {
      const { norm, refuse, PointError } = own.typed;
      expect(await outcomeOf(kit, norm, { x: 3, y: 4 })).toEqual({ returned: 15, exitCode: 0 });
      const { threw } = await outcomeOf(kit, refuse, { x: 1, y: 2 });
      expect(threw).toBeInstanceOf(PointError);
      expect(threw).toMatchObject({ message: 'bad point 1,2', point: { x: 1, y: 2 } });
    });

    test('of the test file: as a function, by name, its errors', async () => {
      expect((await outcomeOf(kit, own.addHundred, 1)).returned).toBe(101);
      const named = await outcomeOf(kit, { module: own.url, name: own.addHundred.name }, 2);
      expect(named.returned).toBe(102);
      const { threw } = await outcomeOf(kit, own.fail, 7);
      expect(threw).toBeInstanceOf(own.TestFileError);
      expect(threw).toMatchObject({ message: 'no 7', n: 7 });
    });

    test('what the test file does not export', async () => {
      const { threw } = await outcomeOf(kit, own.hidden);
      expect((threw as Error).message).toContain(
        `${own.url} does not export \`${own.hidden.name}\` (it exports `,
      );
    });

    const program = new URL('typed-program.ts', kit.targets);
    const lines = ['6 5', '-1', 'Done!'];
    const linesOfNode = (...options: readonly string[]): string[] => {
      const args = [...options, fileURLToPath(program), kit.module, kit.className];
      // As outside of a test.
      const env = { ...process.env, VITEST: undefined };
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      if (status !== 0) throw new Error(`ended with exit code ${String(status)}: ${stderr}`);
      return stdout.trimEnd().split('\n');
    };

    test('of a program that runs by the loader of tsx', () => {
      expect(linesOfNode('--import', import.meta.resolve('tsx'))).toEqual(lines);
    });

    test('of a program that runs by the command of tsx', () => {
      expect(linesOfNode(createRequire(import.meta.url).resolve('tsx/cli'))).toEqual(lines);
    });

    // No `skipIf`: where Node does not know TypeScript, this is not promised.
    if ('typescript' in process.features && process.features.typescript) {
      test('of a program that Node itself runs', () => {
        expect(linesOfNode()).toEqual(lines);
      });
    }
  });
}
