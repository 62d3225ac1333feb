import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Runs a program on this Node, which names itself as another runtime does: what that lacks is then not used. */
function runAs(runtime: 'bun' | 'deno', program: string): { status: number | null; stderr: string } {
  const versions = `{ ...process.versions, ${runtime}: '1.0.0' }`;
  const naming = `Object.defineProperty(process, 'versions', { value: ${versions} })`;
  const file = fileURLToPath(new URL(`../programs/${program}.js`, import.meta.url));
  const args = ['--import', `data:text/javascript,${encodeURIComponent(naming)}`, file];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

it('runs with locks that belong to a task, without promise hooks', () => {
  expect(runAs('bun', 'sync-run')).toMatchObject({ stderr: '', status: 0 });
});

it.each([
  ['bun', 'sync-tasks', 'MANYCORE_UNSUPPORTED', 'use run(fn), or acquireSync()'],
  ['bun', 'queue-shared', 'MANYCORE_NOT_CLONEABLE', 'value.bytes cannot be sent to a thread'],
  ['deno', 'memory-processes', 'MANYCORE_PROCESSES_UNAVAILABLE', "scope 'processes' works in Node and Bun"],
] as const)('as %s refuses %s by name', (runtime, program, code, text) => {
  const { status, stderr } = runAs(runtime, program);
  expect(stderr).toContain(code);
  expect(stderr).toContain(text);
  expect(status).toBe(1);
});
