// Targets with TypeScript source; those of this file itself among them.
import { expectNoLeaks } from '@manycore/testing';
import { typescriptContract } from '@manycore/testing/contracts';
import * as typed from '../../core/test/fixtures/targets/typed.js';
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

typescriptContract(processKit, {
  url: import.meta.url,
  addHundred,
  fail,
  TestFileError,
  hidden,
  typed,
});
