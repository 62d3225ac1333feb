// Targets with TypeScript source; those of this file itself among them.
import { type OwnTargets, typescriptContract } from '@manycore/testing/contracts';
import { threadKit } from './kit.js';

// Without the leak check: on Node 20 tsx starts a process of esbuild's for each thread, and once the thread
// has ended nothing notices that process's end before the program's own.

const hundred = { is: 100 };

export function addHundred(n: number): number {
  return n + hundred.is;
}

export class TestFileError extends Error {
  readonly n: number;

  constructor(n: number) {
    super(`no ${n}`);
    this.n = n;
  }
}

export const fail = (n: number): never => {
  throw new TestFileError(n);
};

function hidden(): void {
  // Never called.
}

const typed = (await import(new URL('typed.ts', threadKit.targets).href)) as OwnTargets['typed'];

typescriptContract(threadKit, {
  url: import.meta.url,
  addHundred,
  fail,
  TestFileError,
  hidden,
  typed,
});
