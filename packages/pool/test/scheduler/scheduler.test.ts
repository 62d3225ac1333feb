// The transitions of src/scheduler/README.md that are worth reading one by one.
import { expect, test } from 'vitest';
import {
  type Limits,
  Task,
  type TaskResult,
  type WorkerSlot,
} from '../../src/scheduler/records.js';
import type { Effect } from '../../src/scheduler/effect-queue.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

const defaultLimits: Limits = {
  min: 0,
  max: 1,
  idleTimeout: Infinity,
  concurrency: 1,
  maxTasksPerWorker: Infinity,
  startTimeout: Infinity,
  abortGrace: 200,
  retireGrace: 2000,
  reportsStarts: false,
};

const results: Readonly<Record<'ok' | 'failed' | 'fatal', TaskResult>> = {
  ok: { status: 'ok', value: undefined },
  failed: { status: 'failed', error: 'threw' },
  fatal: { status: 'fatal', error: 'threw' },
};

type Effects = readonly Effect<string>[];

/** What is to be done, in short: `send 1 a`, `settle a died`. */
function brief(effects: Effects): string[] {
  return effects.map((effect) => {
    switch (effect.type) {
      case 'send':
      case 'abort':
      case 'recall':
        return `${effect.type} ${effect.slot.id} ${effect.task.payload}`;
      case 'settle':
        return `settle ${effect.task.payload} ${effect.result.status}`;
      case 'timer':
        return `timer ${effect.at}`;
      case 'ended':
        return 'ended';
      case 'scarce':
        return 'scarce';
      default:
        return `${effect.type} ${effect.slot.id}`;
    }
  });
}

class Bench {
  readonly scheduler: Scheduler<string>;

  constructor(limits: Partial<Limits>) {
    this.scheduler = new Scheduler<string>({ ...defaultLimits, ...limits });
  }

  submit(now: number, name: string, options = {}): { task: Task<string>; effects: string[] } {
    const task = new Task(name, options);
    return { task, effects: brief(this.scheduler.submit(now, task)) };
  }

  slot(id: number): WorkerSlot<string> {
    const slot = [...this.scheduler.workers.slots].find((other) => other.id === id);
    if (!slot) throw new Error(`no slot ${id}`);
    return slot;
  }

  ready(now: number, id: number): string[] {
    return brief(this.scheduler.ready(now, this.slot(id)));
  }

  finished(now: number, task: Task<string>, status: 'ok' | 'failed' | 'fatal' = 'ok'): string[] {
    if (!task.slot) throw new Error('it is in no worker');
    return brief(this.scheduler.finished(now, task.slot, task, results[status]));
  }

  exited(now: number, id: number, how: object = {}): string[] {
    return brief(this.scheduler.exited(now, this.slot(id), { status: { exitCode: 1 }, ...how }));
  }

  tick(now: number): string[] {
    return brief(this.scheduler.tick(now));
  }
}

test('workers are started for what waits, up to the limit, and kept ahead if asked', () => {
  const bench = new Bench({ min: 1, max: 2 });
  expect(brief(bench.scheduler.open(0))).toEqual(['start 1']);
  expect(bench.submit(0, 'a').effects).toEqual([]);
  expect(bench.submit(0, 'b').effects).toEqual(['start 2']);
  expect(bench.submit(0, 'c').effects).toEqual([]);
  expect(bench.ready(5, 2)).toEqual(['send 2 a']);
});

test('a task that fails and may be retried keeps its place', () => {
  const bench = new Bench({ max: 1 });
  const { task: a } = bench.submit(0, 'a', { retries: 1 });
  const { task: b } = bench.submit(0, 'b');
  expect(bench.ready(1, 1)).toEqual(['send 1 a']);
  expect(bench.finished(2, a, 'failed')).toEqual(['send 1 a']);
  expect(a.attempt).toBe(2);
  expect(bench.finished(3, a, 'failed')).toEqual(['settle a failed', 'send 1 b']);
  expect(bench.finished(4, b, 'fatal')).toEqual(['settle b fatal']);
});

test('an abandoned task has its grace; then its worker is replaced', () => {
  const bench = new Bench({ max: 1, abortGrace: 100 });
  const { task: a } = bench.submit(0, 'a', { deadline: 50 });
  bench.ready(1, 1);
  expect(bench.tick(50)).toEqual(['settle a timed-out', 'abort 1 a', 'timer 150']);
  expect(bench.submit(60, 'b').effects).toEqual([]);
  expect(bench.tick(150)).toEqual(['kill 1', 'start 2']);
  // The race "late answer": it has its result.
  expect(bench.finished(151, a)).toEqual([]);
  expect(bench.exited(152, 1)).toEqual([]);
  expect(bench.ready(160, 2)).toEqual(['send 2 b']);
});

test('a worker that obeys within the grace is spared', () => {
  const bench = new Bench({ max: 1, abortGrace: 100 });
  const { task: a } = bench.submit(0, 'a');
  bench.ready(1, 1);
  expect(brief(bench.scheduler.abort(10, a, 'why'))).toEqual([
    'settle a aborted',
    'abort 1 a',
    'timer 110',
  ]);
  bench.submit(20, 'b');
  expect(bench.finished(30, a, 'failed')).toEqual(['send 1 b']);
  expect(bench.tick(110)).toEqual([]);
});

test('a death costs only the task that ran', () => {
  const bench = new Bench({ max: 1 });
  bench.submit(0, 'a');
  bench.submit(0, 'b');
  bench.ready(1, 1);
  expect(bench.exited(2, 1)).toEqual(['settle a died', 'start 2']);
  expect(bench.ready(3, 2)).toEqual(['send 2 b']);
  // The race "sent to the dead".
  expect(bench.exited(4, 2, { unbegun: true })).toEqual(['start 3']);
  expect(bench.ready(5, 3)).toEqual(['send 3 b']);
});

test('a task of which something was moved to its worker is never sent again', () => {
  const bench = new Bench({ max: 1 });
  const { task: a } = bench.submit(0, 'a', { retries: 3 });
  bench.ready(1, 1);
  bench.scheduler.moved(a);
  expect(bench.exited(2, 1)).toEqual(['settle a died', 'start 2']);
  const { task: b } = bench.submit(3, 'b', { retries: 3 });
  expect(bench.ready(4, 2)).toEqual(['send 2 b']);
  bench.scheduler.moved(b);
  // Not even if it was not begun: what was moved went with the worker.
  expect(bench.exited(5, 2, { unbegun: true })).toEqual(['settle b died', 'start 3']);
  const { task: c } = bench.submit(6, 'c', { retries: 3 });
  expect(bench.ready(7, 3)).toEqual(['send 3 c']);
  bench.scheduler.moved(c);
  expect(bench.finished(8, c, 'failed')).toContain('settle c failed');
});

test('three start failures in a row break the pool', () => {
  const bench = new Bench({ max: 1 });
  expect(bench.submit(0, 'a').effects).toEqual(['start 1']);
  expect(bench.exited(1, 1)).toEqual(['timer 11']);
  expect(bench.tick(11)).toEqual(['start 2']);
  expect(bench.exited(12, 2)).toEqual(['timer 32']);
  expect(bench.tick(32)).toEqual(['start 3']);
  expect(bench.exited(33, 3)).toEqual(['settle a broken']);
  expect(bench.scheduler.state).toBe('broken');
  expect(bench.submit(40, 'b').effects).toEqual(['settle b broken']);
  expect(brief(bench.scheduler.close(50))).toEqual(['ended']);
});

test('starts that hang break it too, however long a start may take', () => {
  const bench = new Bench({ max: 1, startTimeout: 60_000 });
  bench.submit(0, 'a');
  let now = 0;
  for (let hangs = 1; hangs <= 3; hangs += 1) {
    expect(bench.scheduler.state).toBe('open');
    bench.tick((now += 60_000));
    bench.exited(now, hangs);
    bench.tick((now += 1000));
  }
  expect(bench.scheduler.state).toBe('broken');
});

test('a warm-up starts what is missing, and is done when that is ready', () => {
  const bench = new Bench({ max: 3 });
  const { scheduler } = bench;
  expect(brief(scheduler.warmUp(0, 2))).toEqual(['start 1', 'start 2']);
  bench.ready(1, 1);
  expect([scheduler.isWarm(1), scheduler.isWarm(2)]).toEqual([true, false]);
  // One that fails is started again.
  expect(bench.exited(2, 2)).toEqual(['timer 12']);
  expect([scheduler.isWarm(2), bench.tick(12)]).toEqual([false, ['start 3']]);
  bench.ready(13, 3);
  expect(scheduler.isWarm(2)).toBe(true);
  expect(brief(scheduler.warmUp(14, 3))).toEqual(['start 4']);
  expect(brief(scheduler.warmUp(15, 1))).toEqual([]);
});

test('a warm-up is done although the first workers were idle for too long meanwhile', () => {
  const bench = new Bench({ max: 3, idleTimeout: 10 });
  const { scheduler } = bench;
  scheduler.warmUp(0, 3);
  bench.ready(1, 1);
  expect(bench.tick(11)).toEqual(['retire 1', 'timer 2011']);
  bench.ready(12, 2);
  expect(scheduler.isWarm(3)).toBe(false);
  expect(bench.tick(22)).toContain('retire 2');
  bench.ready(23, 3);
  expect([scheduler.isWarm(3), scheduler.workers.live]).toEqual([true, 1]);
});

test('a warm-up is refused after a row of failures, while the pool goes on with others', () => {
  const bench = new Bench({ max: 2 });
  const { scheduler } = bench;
  scheduler.warmUp(0, 2);
  bench.ready(1, 1);
  let now = 1;
  for (const id of [2, 3, 4]) {
    expect(scheduler.refusal).toBeUndefined();
    bench.exited((now += 1), id);
    bench.tick((now += 100));
  }
  expect(scheduler.refusal).toMatchObject({ status: { exitCode: 1 } });
  expect([scheduler.state, scheduler.isWarm(2), scheduler.workers.starting]).toEqual(['open', false, 1]);
});

test('killed workers break it only after five seconds of trying', () => {
  const bench = new Bench({ max: 1 });
  bench.submit(0, 'a');
  let now = 0;
  let effects: string[] = [];
  for (let id = 1; !effects.includes('settle a broken'); id += 1) {
    effects = bench.exited((now += 1), id, { killed: true });
    if (bench.scheduler.state === 'open') bench.tick((now += 1000));
  }
  expect(now).toBeGreaterThanOrEqual(5000);
});

test('idle workers retire after their time, the one that was idle longest first', () => {
  const bench = new Bench({ min: 1, max: 2, idleTimeout: 100 });
  bench.scheduler.open(0);
  const { task: a } = bench.submit(0, 'a');
  const { task: b } = bench.submit(0, 'b');
  bench.ready(1, 1);
  bench.ready(1, 2);
  bench.finished(10, b);
  bench.finished(20, a);
  expect(bench.tick(110)).toEqual(['timer 120', 'retire 2']);
  expect(bench.tick(120)).toEqual(['timer 2110']);
  expect(bench.exited(130, 2)).toEqual([]);
});

test('where starts are reported, unbegun tasks go to an idle worker', () => {
  const bench = new Bench({ max: 2, reportsStarts: true });
  const { scheduler } = bench;
  const tasks = ['a', 'b', 'c'].map((name) => bench.submit(0, name).task);
  const [a, b, c] = tasks;
  if (!a || !b || !c) throw new Error('three tasks');
  expect(bench.ready(1, 1)).toEqual(['send 1 a']);
  expect(brief(scheduler.setWindow(1, bench.slot(1), 3))).toEqual(['send 1 b', 'send 1 c']);
  scheduler.started(2, bench.slot(1), a);
  expect(bench.ready(3, 2)).toEqual(['recall 1 b']);
  expect(brief(scheduler.recalled(4, bench.slot(1), b, 'recalled'))).toEqual(['send 2 b']);
  // What was not begun returns to the queue when its worker dies.
  expect(bench.exited(5, 1)).toEqual(['settle a died', 'start 3']);
  expect(c.state).toBe('waiting');
});

test('a recall that comes too late leaves the task where it runs', () => {
  const bench = new Bench({ max: 2, reportsStarts: true });
  const { scheduler } = bench;
  const [a, b] = ['a', 'b'].map((name) => bench.submit(0, name).task);
  if (!a || !b) throw new Error('two tasks');
  bench.ready(1, 1);
  scheduler.setWindow(1, bench.slot(1), 2);
  scheduler.started(2, bench.slot(1), a);
  expect(bench.ready(3, 2)).toEqual(['recall 1 b']);
  expect(bench.finished(4, a)).toEqual(['settle a ok']);
  expect(brief(scheduler.recalled(5, bench.slot(1), b, 'begun'))).toEqual([]);
  expect(b.state).toBe('running');
  expect(bench.finished(6, b)).toEqual(['settle b ok']);
});

test('a worker whose grace is over is killed once its unbegun tasks are recalled', () => {
  const bench = new Bench({ max: 1, reportsStarts: true, abortGrace: 100 });
  const { scheduler } = bench;
  const [a, b, c] = ['a', 'b', 'c'].map((name) => bench.submit(0, name).task);
  if (!a || !b || !c) throw new Error('three tasks');
  bench.ready(1, 1);
  scheduler.setWindow(1, bench.slot(1), 3);
  scheduler.started(2, bench.slot(1), a);
  scheduler.abort(10, a, 'why');
  expect(bench.tick(110)).toEqual(['recall 1 b', 'recall 1 c', 'timer 1110']);
  expect(brief(scheduler.recalled(111, bench.slot(1), b, 'recalled'))).toEqual([]);
  expect(brief(scheduler.recalled(112, bench.slot(1), c, 'recalled'))).toEqual(['kill 1', 'start 2']);
  expect(bench.ready(120, 2)).toEqual(['send 2 b']);
});
