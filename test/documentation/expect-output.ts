import { runProgram } from '@manycore/testing';
import { expect } from 'vitest';
import type { DocumentedProgram } from './documented-program.js';

/** Runs the program at `path` and asserts that it ends well and prints what its document says. */
export async function expectOutput(
  { expected, inAnyOrder }: DocumentedProgram,
  path: string,
): Promise<void> {
  const { exitCode, lines, stderr } = await runProgram(path);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  if (expected === undefined) return;
  if (inAnyOrder) expect(lines.toSorted()).toEqual(expected.toSorted());
  else expect(lines).toEqual(expected);
}
