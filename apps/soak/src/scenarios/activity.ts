import { setTimeout as sleep } from 'node:timers/promises';
import { Process, WorkerDiedError } from '@manycore/process';
import { Thread } from '@manycore/thread';
import { sendSignal } from '../party/party.js';
import { abortReason } from '../party/waiting.js';
import type { Random } from '../plan/random.js';
import type { Context } from '../run/context.js';
import type { Scenario } from '../run/scenario.js';
import { check } from '../run/violation.js';

const ways = ['return', 'throw', 'exit', 'spin', 'wait', 'sleep'] as const;
type Way = (typeof ways)[number];

const ends = ['none', 'none', 'terminate', 'kill', 'signal', 'abort'] as const;
type End = (typeof ends)[number];

/** Threads and processes that end by themselves in every way, or are ended at any moment, from the first on. */
export const activity: Scenario = {
  name: 'activity',
  weight: 5,
  async run(context) {
    const { random } = context;
    const all = Array.from({ length: random.int(1, 5) }, (_, i) => live(context, random.fork(i)));
    const results = await Promise.allSettled(all);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  },
};

type Life = Thread<typeof act> | Process<typeof act>;

/** The life of one. */
async function live(context: Context, random: Random): Promise<void> {
  const way = random.pick(ways);
  // What does not end by itself is ended.
  const end = way === 'spin' || way === 'wait' ? random.pick(ends.slice(2)) : random.pick(ends);
  const controller = new AbortController();
  const isThread = random.chance(0.5);
  const value = random.int(0, 2 ** 30);
  const options = {
    target: act,
    args: [way, value] as const,
    daemon: random.chance(0.3),
    signal: controller.signal,
  };
  const one = isThread ? new Thread(options) : new Process(options);
  one.start();
  const label = `${isThread ? 'thread' : 'process'} that is to ${way}, ended by ${end}`;
  context.count(isThread ? 'thread: started' : 'process: started');
  context.defer(() => (one.isAlive() ? one.terminate() : undefined));

  const delay = random.pick([0, 1, random.int(0, 60), random.int(60, 300)]);
  let interfered = false;
  if (end !== 'none') {
    // 0: before its thread or process has had a moment.
    if (delay > 0) await sleep(delay);
    interfered = one.isAlive();
    if (interfered) context.count(`ended by ${end}`);
    finish(one, end, controller, random);
  }
  const timedOut = random.chance(0.3) && (await leavesJoin(one, random));
  if (timedOut) context.count('left by timeout');
  await context.waitFor(`joining a ${label}`, one.join());
  check(!one.isAlive(), `a ${label} lives after join`);
  const result = await context.waitFor(
    `the result of a ${label}`,
    one.result.then(
      (returned) => ({ returned }),
      (error: unknown) => ({ error }),
    ),
  );
  checkEnd(label, { way, end, value, interfered, exitCode: one.exitCode }, result);
}

async function leavesJoin(one: Life, random: Random): Promise<boolean> {
  try {
    await one.join({ timeout: random.int(0, 20) });
    return false;
  } catch {
    return true;
  }
}

function finish(one: Life, end: End, controller: AbortController, random: Random): void {
  if (end === 'abort') { controller.abort(abortReason); return; }
  if (end === 'terminate' || one instanceof Thread) { one.terminate(); return; }
  if (end === 'kill') { one.kill(); return; }
  if (one.isAlive()) sendSignal(one.pid, random.pick(['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGUSR2']));
}

interface Ending {
  readonly way: Way;
  readonly end: End;
  readonly value: number;
  /** It was ended from outside while it lived. */
  readonly interfered: boolean;
  readonly exitCode: number | undefined;
}

function checkEnd(
  label: string,
  { way, end, value, interfered, exitCode }: Ending,
  result: { readonly returned: unknown } | { readonly error: unknown },
): void {
  check(exitCode !== undefined, `a ${label} has no exit code after join`);
  const text = `a ${label} gave ${JSON.stringify(result, errorsAsText)}, exit code ${exitCode}`;
  if ('returned' in result) {
    const returns = way === 'return' || way === 'sleep';
    check(returns && result.returned === value, text); return;
  }
  const { error } = result;
  // An end from outside may come first or last.
  if (interfered && error instanceof WorkerDiedError) return;
  // An abort counts until the answer has arrived here, also when the thread has just ended.
  if (end === 'abort' && error === abortReason) return;
  if (way === 'throw') {
    check(error instanceof RangeError && error.message === `thrown ${value}`, text);
    check(interfered || exitCode === 1, text); return;
  }
  check(way === 'exit' && error instanceof WorkerDiedError, text);
  check(error.exitCode === value % 100 && exitCode === value % 100, text);
}

const errorsAsText = (_: string, part: unknown): unknown =>
  part instanceof Error ? `${part.name}: ${part.message}` : part;

/** What runs in them. */
export async function act(way: Way, value: number): Promise<number> {
  switch (way) {
    case 'throw':
      throw new RangeError(`thrown ${value}`);
    case 'exit':
      return process.exit(value % 100);
    case 'spin':
      for (;;);
    case 'wait':
      // A timer keeps it alive.
      await sleep(2 ** 30);
      return value;
    case 'sleep':
      await sleep(value % 100);
      return value;
    case 'return':
      return value;
  }
}
