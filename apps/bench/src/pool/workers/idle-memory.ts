// A fresh process: prints how many megabytes an idle worker occupies. Its argument says of which pool. There
// is a small pool first, so that what a program needs once does not count.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { spin } from '../tasks.js';

export type WorkerKind =
  | 'ThreadPool'
  | 'ProcessPool'
  | 'bare Worker'
  | 'bare fork'
  | 'piscina'
  | 'tinypool, worker_threads'
  | 'tinypool, child_process'
  | 'workerpool, thread'
  | 'workerpool, process';

type Call = (milliseconds: number) => PromiseLike<unknown>;

const tasks = fileURLToPath(new URL('../tasks.js', import.meta.url));
const forWorkerpool = fileURLToPath(new URL('./workerpool.js', import.meta.url));
const bare = new URL('./bare.js', import.meta.url);

async function ours(kind: 'ThreadPool' | 'ProcessPool', workers: number): Promise<Call> {
  const { [kind]: Pool } = await import('@manycore/pool');
  const pool = new Pool({ workers, minWorkers: workers });
  return (milliseconds) => pool.apply(spin, [milliseconds]);
}

function bareWorkers(workers: number): Call {
  const all = Array.from({ length: workers }, () => new Worker(bare));
  return inTurn(all, (worker, milliseconds) => worker.postMessage(milliseconds));
}

function bareForks(workers: number): Call {
  const all = Array.from({ length: workers }, () => fork(fileURLToPath(bare)));
  return inTurn(all, (child, milliseconds) => child.send(milliseconds));
}

/** Each gets one message after the other. */
function inTurn<W extends NodeJS.EventEmitter>(
  all: readonly W[],
  send: (to: W, milliseconds: number) => unknown,
): Call {
  const free = all.map(() => Promise.resolve());
  let turn = 0;
  return (milliseconds) => {
    const index = (turn += 1) % all.length;
    const [worker, before] = [all[index], free[index]];
    if (!worker) throw new Error('no worker');
    const done = Promise.resolve(before).then(async () => {
      const answered = once(worker, 'message');
      send(worker, milliseconds);
      await answered;
    });
    free[index] = done;
    return done;
  };
}

async function piscina(workers: number): Promise<Call> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({ filename: tasks, minThreads: workers, maxThreads: workers });
  return (milliseconds) => pool.run(milliseconds, { name: spin.name });
}

async function tinypool(runtime: 'worker_threads' | 'child_process', workers: number): Promise<Call> {
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({ filename: tasks, runtime, minThreads: workers, maxThreads: workers });
  return (milliseconds) => pool.run(milliseconds, { name: spin.name });
}

async function workerpool(workerType: 'thread' | 'process', workers: number): Promise<Call> {
  const { default: library } = await import('workerpool');
  const pool = library.pool(forWorkerpool, { workerType, minWorkers: workers, maxWorkers: workers });
  return (milliseconds) => pool.exec(spin.name, [milliseconds]);
}

const makers: Readonly<Record<WorkerKind, (workers: number) => Call | Promise<Call>>> = {
  ThreadPool: (workers) => ours('ThreadPool', workers),
  ProcessPool: (workers) => ours('ProcessPool', workers),
  'bare Worker': bareWorkers,
  'bare fork': bareForks,
  piscina,
  'tinypool, worker_threads': (workers) => tinypool('worker_threads', workers),
  'tinypool, child_process': (workers) => tinypool('child_process', workers),
  'workerpool, thread': (workers) => workerpool('thread', workers),
  'workerpool, process': (workers) => workerpool('process', workers),
};

const kind = process.argv[2] as WorkerKind;
const isOfProcesses = /process|fork/i.test(kind);

/** Makes a pool, gives each of its workers tasks, and lets it become idle. */
async function settle(workers: number): Promise<void> {
  const call = await makers[kind](workers);
  await Promise.all(Array.from({ length: 8 * workers }, () => call(5)));
  await sleep(300);
  (globalThis as { gc?: () => void }).gc?.();
}

/** Kilobytes: all of this process, or what its children do not share with others. */
function occupied(): number {
  if (!isOfProcesses) return kilobytes(process.pid, /^Rss:/);
  return childrenOf(process.pid).reduce((sum, pid) => sum + kilobytes(pid, /^Private_(Clean|Dirty):/), 0);
}

function kilobytes(pid: number, field: RegExp): number {
  return readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    .split('\n')
    .filter((line) => field.test(line))
    .reduce((sum, line) => sum + Number(/\d+/.exec(line.slice(line.indexOf(':')))?.[0] ?? 0), 0);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

const workers = isOfProcesses ? 3 : 8;
await settle(2);
const before = occupied();
await settle(workers);
const megabytes = (occupied() - before) / workers / 1024;
for (const pid of isOfProcesses ? childrenOf(process.pid) : []) process.kill(pid, 'SIGKILL');
process.stdout.write(String(megabytes), () => process.exit());
