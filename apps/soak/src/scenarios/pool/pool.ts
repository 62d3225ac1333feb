import { PoolTerminatedError, ProcessPool, ThreadPool, WorkerDiedError } from '@manycore/pool';
import { descendants } from '../../monitor/descendants.js';
import { sendSignal } from '../../party/party.js';
import type { Context } from '../../run/context.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';
import { type AnyPool, call, type Fate } from './calls.js';
import { dieSoon, double, pid } from './tasks.js';

/** A pool with all kinds of calls at once, some of whose workers die; closed or terminated at the end. */
export const pool: Scenario = {
  name: 'pool',
  weight: 6,
  async run(context) {
    const { random } = context;
    const workers = random.int(1, 3);
    const options = {
      workers,
      minWorkers: random.int(0, workers),
      maxTasksPerWorker: random.chance(0.2) ? random.int(1, 20) : undefined,
      idleTimeout: random.chance(0.3) ? random.int(0, 50) : undefined,
      graceTime: random.int(0, 100),
    };
    const kind = random.chance(0.6) ? 'thread' : 'process';
    const any: AnyPool = kind === 'thread' ? new ThreadPool(options) : new ProcessPool(options);
    context.defer(() => any.terminate());
    context.count(`pool: of ${kind === 'thread' ? 'threads' : 'processes'}`);
    const fate: Fate = { terminated: false, deaths: 0, victims: 0 };
    const work = Array.from({ length: random.int(1, 40) }, (_, i) =>
      call(context, random.fork('call', i), any, fate),
    );
    if (random.chance(0.4)) work.push(...killWorkers(context, any, fate));
    if (kind === 'process' && random.chance(0.5)) work.push(signalWorker(context, any, fate));
    if (random.chance(0.2)) any.resize({ workers: random.int(1, 4) });
    if (random.chance(0.1)) check(any.applySync(double, [21]) === 42, 'applySync gave another result');
    const ending = random.chance(0.3) ? terminate(context, any, fate) : Promise.resolve();
    const results = await Promise.allSettled(work);
    await ending;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    check(
      fate.victims <= fate.deaths,
      `${fate.victims} calls lost their worker, and ${fate.deaths} workers were ended`,
    );
    any.close();
    await context.waitFor('the end of the pool', any.join());
    const { live } = any.stats().workers;
    check(live === 0, `${live} workers are left after join`);
  },
};

/** Workers that end in the middle of whatever they do by then. */
function killWorkers(context: Context, any: AnyPool, fate: Fate): Promise<void>[] {
  const { random } = context;
  return Array.from({ length: random.int(1, 3) }, async () => {
    fate.deaths += 1;
    context.count('pool: workers ended');
    try {
      await context.waitFor('dieSoon of a pool', any.apply(dieSoon, [random.int(0, 30)]));
    } catch (error) {
      if (error instanceof WorkerDiedError) fate.victims += 1;
      else if (!(error instanceof PoolTerminatedError && fate.terminated)) throw error;
    }
  });
}

/** One worker is stopped for a while, and then goes on or is killed, from outside. */
async function signalWorker(context: Context, any: AnyPool, fate: Fate): Promise<void> {
  const { random } = context;
  const stopFor = random.int(0, 200);
  const kills = random.chance(0.5);
  let worker: number | undefined;
  try {
    worker = await context.waitFor('pid of a pool', any.apply(pid));
  } catch (error) {
    if (error instanceof WorkerDiedError) fate.victims += 1;
    else if (!(error instanceof PoolTerminatedError && fate.terminated)) throw error;
    return;
  }
  context.count('pool: workers stopped');
  signal(worker, 'SIGSTOP');
  await context.pause(stopFor);
  if (kills) {
    fate.deaths += 1;
    context.count('pool: workers ended');
    signal(worker, 'SIGKILL');
  }
  signal(worker, 'SIGCONT');
}

/** The worker may have ended by itself, and its pid belong to another program by now. */
function signal(worker: number, name: NodeJS.Signals): void {
  if (descendants().some((entry) => entry.pid === worker)) sendSignal(worker, name);
}

async function terminate(context: Context, any: AnyPool, fate: Fate): Promise<void> {
  await context.pause(context.random.int(0, 200));
  fate.terminated = true;
  context.count('pool: terminated');
  await context.waitFor('terminate of a pool', any.terminate());
}
