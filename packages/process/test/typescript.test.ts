// Targets with TypeScript source; those of this file itself among them.
import { expectNoLeaks } from '@manycore/testing';
import { type OwnTargets, typescriptContract } from '@manycore/testing/contracts';
import { processKit } from './kit.js';

expectNoLeaks();

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

const typed = (await import(new URL('typed.ts', processKit.targets).href)) as OwnTargets['typed'];

typescriptContract(processKit, {
  url: import.meta.url,
  addHundred,
  fail,
  TestFileError,
  hidden,
  typed,
});
