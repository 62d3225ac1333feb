// What Bun and Deno can do: runs each program of apps/runtimes on them, and prints a table.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './command.js';
import { record } from './runtime-table.js';

export type RuntimeName = 'bun' | 'deno';

/** Where npm has the program of a runtime: its own package would fetch that while it is installed. */
export const otherRuntimes: Readonly<
  Record<RuntimeName, { title: string; version: string; package: string; program: string; args: readonly string[] }>
> = {
  bun: {
    title: 'Bun',
    version: '1.4.5',
    // The one for any x64 processor.
    package: '@oven/bun-linux-x64-baseline',
    program: 'bin/bun',
    args: [],
  },
  deno: {
    title: 'Deno',
    version: '2.9.6',
    package: '@deno/linux-x64-glibc',
    program: 'deno',
    args: ['run', '--allow-all', '--no-prompt'],
  },
};

interface Capability {
  readonly title: string;
  /** Its program in apps/runtimes/programs. */
  readonly program: string;
  /** Where the runtime cannot do it: what the error says. */
  readonly refused?: Readonly<Partial<Record<RuntimeName, string>>>;
}

const unrevealed = 'register it with task(import.meta.url, fn)';

const capabilities: readonly Capability[] = [
  { title: 'import of the whole, `isMain`', program: 'import' },
  { title: '`Thread` with `task`', program: 'thread' },
  { title: '`Thread` with `tasks`', program: 'thread-tasks' },
  { title: '`ThreadPool`', program: 'thread-pool' },
  { title: '`Process`', program: 'process' },
  { title: '`Process`: `kill`, death of the parent', program: 'process-ends' },
  { title: '`ProcessPool`', program: 'process-pool' },
  { title: 'plain function as target', program: 'plain-function', refused: { bun: unrevealed, deno: unrevealed } },
  { title: '`Value`, `SharedArray`', program: 'memory' },
  { title: 'locks and the rest of `sync`', program: 'sync' },
  { title: '`run` of `RLock`, `Condition`, values', program: 'sync-run' },
  { title: 'their asynchronous `acquire`', program: 'sync-tasks', refused: { bun: 'use run(fn), or acquireSync()' } },
  { title: 'death of an owner', program: 'owner-death' },
  { title: 'queues and pipes', program: 'queue' },
  {
    title: 'shared memory and handles through a queue',
    program: 'queue-shared',
    refused: { bun: 'pass it as an argument' },
  },
  {
    title: "scope `'processes'`",
    program: 'memory-processes',
    refused: { deno: "scope 'processes' works in Node and Bun" },
  },
];

/** Prints what a runtime can do, and records it. False when that is not what is written above. */
export async function testOther(name: RuntimeName, program: string): Promise<boolean> {
  const { title, version, args } = otherRuntimes[name];
  console.log(`\n| ${title} ${version} | |\n| --- | --- |`);
  let isAsExpected = true;
  const seen: { title: string; found: string }[] = [];
  for (const capability of capabilities) {
    const file = join(root, 'apps', 'runtimes', 'programs', `${capability.program}.js`);
    const { exitCode, output } = await runProgram(program, [...args, file]);
    const refusal = capability.refused?.[name];
    const isRefused = exitCode !== 0 && refusal !== undefined && output.includes(refusal);
    const isExpected = refusal === undefined ? exitCode === 0 : isRefused;
    const found = exitCode === 0 ? 'works' : isRefused ? `refused: ${refusal}` : `fails (exit code ${exitCode})`;
    console.log(`| ${capability.title} | ${found} |`);
    seen.push({ title: capability.title, found });
    if (isExpected) continue;
    isAsExpected = false;
    console.error(exitCode === 0 ? 'It is said to be refused.' : output);
  }
  record(name, { kind: 'capabilities', version, capabilities: seen });
  return isAsExpected;
}

/** A program that does not end within this time, in milliseconds, hangs. */
const patience = 60_000;

function runProgram(command: string, args: readonly string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    // A group of its own: what a program that hangs has started ends with it.
    const child = spawn(command, args, {
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const collect = (text: string): void => void (output += text);
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    const timer = setTimeout(() => {
      collect(`It has not ended within ${patience / 1000} s.\n`);
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, patience);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}
