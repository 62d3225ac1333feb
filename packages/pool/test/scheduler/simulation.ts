import { type Limits, Task, type TaskResult } from '../../src/scheduler/records.js';
import type { Effect } from '../../src/scheduler/effect-queue.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import { EventQueue } from './event-queue.js';
import { Random } from './random.js';
import { type Nature, SimulatedWorker, type Work } from './simulated-worker.js';
import { WarmUpCheck } from './warm-up-check.js';

/** What happened in the schedules, so that the test can see that the schedules are not all alike. */
export type Census = Record<string, number>;

/**
 * One random life of a pool: tasks come, workers do what they do, callers abort, the pool is resized,
 * closed or terminated. After every step the guarantees of src/scheduler/README.md are checked.
 */
export class Simulation {
  readonly #events = new EventQueue();
  readonly #random: Random;
  readonly #limits: Limits;
  readonly #nature: Nature;
  readonly #scheduler: Scheduler<Work>;
  readonly #workers = new Map<number, SimulatedWorker>();
  readonly #tasks: Task<Work>[] = [];
  readonly #results = new Map<Task<Work>, TaskResult>();
  readonly #census: Census;
  #timerAt = Infinity;
  #ended = 0;
  #warmUp: WarmUpCheck<Work> | undefined;
  #scarceTold = 0;

  constructor(seed: number, census: Census) {
    const random = new Random(seed);
    this.#random = random;
    this.#census = census;
    const max = random.between(1, 5);
    const reportsStarts = random.chance(0.4);
    this.#limits = {
      max,
      min: random.between(0, max),
      idleTimeout: random.pick([Infinity, 30, 300]),
      concurrency: reportsStarts ? 1 : random.between(1, 4),
      maxTasksPerWorker: random.pick([Infinity, Infinity, 1, 3]),
      startTimeout: 100,
      abortGrace: random.pick([0, 40, 200]),
      retireGrace: 50,
      reportsStarts,
    };
    const troubled = random.chance(0.5);
    this.#nature = {
      lag: random.pick([0, 2, 15]),
      startFails: troubled ? random.pick([0.1, 0.5, 1]) : 0,
      scarce: random.pick([0, 0.5, 1]),
      startHangs: troubled ? 0.05 : 0,
      dies: troubled ? 0.3 : 0,
      refusesToLeave: 0.1,
    };
    this.#scheduler = new Scheduler<Work>(this.#limits);
  }

  run(): void {
    const { now } = this.#events;
    this.#do(this.#scheduler.open(now));
    this.#plan();
    let steps = 0;
    while (this.#events.step()) {
      steps += 1;
      if (steps > 50_000) throw new Error('the schedule does not end');
    }
    this.#checkEnd();
  }

  /** Everything that comes from outside. */
  #plan(): void {
    const random = this.#random;
    const count = random.between(1, 40);
    const span = random.pick([0, 100, 1000]);
    for (let index = 0; index < count; index += 1) {
      this.#events.at(random.between(0, span), () => this.#submit());
    }
    if (random.chance(0.3)) {
      for (let index = 0; index < 3; index += 1) {
        this.#events.at(random.between(0, span + 100), () => {
          const max = random.between(1, 6);
          const size = { max, min: random.between(0, max) };
          this.#do(this.#scheduler.resize(this.#events.now, size));
        });
      }
    }
    if (random.chance(0.3)) {
      this.#events.at(random.between(0, span + 100), () => this.#beginWarmUp(random.between(1, this.#scheduler.limits.max)));
    }
    const end = random.pick(['close', 'close', 'terminate', 'both', 'cancel'] as const);
    const at = random.between(span, span + random.pick([0, 100, 2000]));
    if (end !== 'terminate') {
      this.#events.at(at, () => this.#do(this.#scheduler.close(this.#events.now)));
    }
    if (end === 'cancel') {
      this.#events.at(at + random.pick([0, 50]), () => this.#cancelWaiting());
    } else if (end !== 'close') {
      const later = end === 'both' ? random.between(0, 50) : 0;
      this.#events.at(at + later, () => this.#do(this.#scheduler.terminate(this.#events.now)));
    }
  }

  #beginWarmUp(count: number): void {
    this.#warmUp = new WarmUpCheck(this.#scheduler, count);
    this.#do(this.#scheduler.warmUp(this.#events.now, count));
  }

  #cancelWaiting(): void {
    const { now } = this.#events;
    const waiting = this.#tasks.filter((task) => task.state === 'waiting');
    const others = this.#results.size;
    this.#do(this.#scheduler.cancelWaiting(now));
    if (this.#scheduler.waiting > 0) throw new Error('a task waits although all were cancelled');
    if (waiting.some((task) => this.#results.get(task)?.status !== 'cancelled')) {
      throw new Error('a task that waited was not cancelled');
    }
    if (this.#results.size !== others + waiting.length) throw new Error('too much was cancelled');
  }

  #submit(): void {
    const random = this.#random;
    const limited = random.chance(0.3);
    // What never ends by itself and is never aborted would rightly keep a closing pool open.
    const duration = limited && random.chance(0.3) ? Infinity : random.between(0, random.pick([5, 100]));
    const work: Work = {
      duration,
      outcome: random.chance(0.7) ? 'ok' : random.pick(['failed', 'fatal', 'kills its worker']),
      obeysAfter: random.pick([0, 30, 100, Infinity]),
      unsendable: random.chance(0.03),
      begun: 0,
    };
    const task = new Task<Work>(work, {
      priority: random.chance(0.7) ? 0 : random.between(-1, 2),
      deadline: limited ? this.#events.now + random.between(0, 300) : undefined,
      retries: random.chance(0.7) ? 0 : random.between(1, 5),
    });
    this.#tasks.push(task);
    this.#do(this.#scheduler.submit(this.#events.now, task));
    if (random.chance(0.1)) {
      this.#events.after(random.between(0, 200), () => {
        const waits = task.state === 'waiting';
        this.#do(this.#scheduler.drop(this.#events.now, task, { status: 'cancelled' }));
        const isCancelled = this.#results.get(task)?.status === 'cancelled';
        if (waits && !isCancelled) throw new Error('a task that waited was not cancelled');
      });
    }
    if (!random.chance(0.2)) return;
    this.#events.after(random.between(0, 200), () => {
      this.#do(this.#scheduler.abort(this.#events.now, task, 'enough'));
      if (!this.#results.has(task)) throw new Error('an abort did not settle its task');
    });
  }

  #do(effects: readonly Effect<Work>[]): void {
    for (const effect of effects) this.#perform(effect);
    this.#checkStep();
    const warmedUp = this.#warmUp?.step(this.#timerAt !== Infinity);
    if (warmedUp !== undefined) this.#count(`warm-up ${warmedUp}`);
  }

  #perform(effect: Effect<Work>): void {
    const { now } = this.#events;
    this.#count(effect.type);
    switch (effect.type) {
      case 'start':
        this.#start(effect.slot.id, effect);
        break;
      case 'send':
        this.#checkOrder(effect.task);
        if (effect.task.payload.unsendable) {
          this.#events.after(0, () =>
            this.#do(this.#scheduler.sendFailed(this.#events.now, effect.slot, effect.task, 'no')),
          );
        } else {
          this.#worker(effect.slot.id).send(effect.task);
        }
        break;
      case 'abort':
        this.#worker(effect.slot.id).abort(effect.task);
        break;
      case 'recall':
        this.#worker(effect.slot.id).recall(effect.task);
        break;
      case 'retire':
        if (effect.slot.inFlight.size > 0) throw new Error('a worker with a task in flight is retired');
        this.#worker(effect.slot.id).retire();
        break;
      case 'kill':
        this.#checkKill(effect.slot.id);
        this.#worker(effect.slot.id).kill();
        break;
      case 'settle':
        if (this.#results.has(effect.task)) throw new Error('a task settled twice');
        this.#results.set(effect.task, effect.result);
        this.#count(effect.result.status);
        if (now > effect.task.deadline) throw new Error('a task outlived its deadline');
        this.#checkResult(effect.task, effect.result);
        break;
      case 'timer':
        if (effect.at === Infinity || Number.isNaN(effect.at)) throw new Error('a timer without a time');
        this.#setTimer(effect.at);
        break;
      case 'scarce':
        this.#scarceTold += 1;
        if (this.#scarceTold > 1) throw new Error('a scarcity is reported twice');
        break;
      case 'ended':
        this.#ended += 1;
        break;
    }
  }

  /** One timer, replaced by an earlier one, as the real clock does. */
  #setTimer(at: number): void {
    this.#timerAt = at;
    this.#events.at(at, () => {
      if (this.#timerAt !== at) return;
      this.#timerAt = Infinity;
      this.#do(this.#scheduler.tick(this.#events.now));
    });
  }

  #start(id: number, { slot }: Extract<Effect<Work>, { type: 'start' }>): void {
    const scheduler = this.#scheduler;
    const events = this.#events;
    const worker = new SimulatedWorker(slot, events, this.#random, this.#nature, {
      ready: (of) => {
        this.#do(scheduler.ready(events.now, of));
        this.#do(scheduler.setWindow(events.now, of, this.#random.pick([1, 2, 4, 64])));
      },
      started: (of, task) => {
        if (this.#limits.reportsStarts) this.#do(scheduler.started(events.now, of, task));
      },
      finished: (of, task, outcome) => {
        const result: TaskResult = outcome === 'ok' ? { status: 'ok', value: 'done' } : { status: outcome, error: 'threw' };
        this.#do(scheduler.finished(events.now, of, task, result));
      },
      recalled: (of, task, outcome) => {
        this.#count(`recall answered ${outcome}`);
        this.#do(scheduler.recalled(events.now, of, task, outcome));
      },
      exited: (of, exit) => this.#do(scheduler.exited(events.now, of, exit)),
    }, this.#limits.concurrency);
    this.#workers.set(id, worker);
  }

  #worker(id: number): SimulatedWorker {
    const worker = this.#workers.get(id);
    if (!worker) throw new Error(`worker ${id} was never started`);
    return worker;
  }

  /** Guarantee 2: priority, then submission. */
  #checkOrder(sent: Task<Work>): void {
    for (const task of this.#tasks) {
      if (task.state !== 'waiting') continue;
      if (task.priority > sent.priority || (task.priority === sent.priority && task.seq < sent.seq)) {
        throw new Error(`task ${sent.seq} was sent before task ${task.seq}`);
      }
    }
  }

  /** Guarantee 5, for the deaths that the scheduler itself orders. */
  #checkKill(id: number): void {
    const { slot } = this.#worker(id);
    // Where several run at a time, those that ran beside a task that did not end go with it.
    const innocent = this.#limits.concurrency === 1 && slot.inFlight.find((task) => task.state !== 'settled');
    const { state } = this.#scheduler;
    if (innocent && (state === 'open' || state === 'closing')) {
      throw new Error(`worker ${id} is killed with task ${innocent.seq} in flight`);
    }
  }

  /** Guarantee 5: a task that died with its worker had begun, and had no retries left. */
  #checkResult(task: Task<Work>, result: TaskResult): void {
    if (result.status !== 'died') return;
    this.#count(result.killedForTask === true ? 'died for another task' : 'died alone');
    if (task.payload.begun === 0) throw new Error('a task that had not begun died');
    if (task.retriesLeft > 0) throw new Error('a task died with retries left');
  }

  /** Guarantees 3, 4 and the limits. */
  #checkStep(): void {
    const { workers, state, waiting, limits } = this.#scheduler;
    if (this.#tasks.length - this.#results.size !== this.#scheduler.unsettled) {
      throw new Error('the count of unsettled tasks is wrong');
    }
    const slots = [...workers.slots];
    const live = slots.filter((slot) => ['starting', 'idle', 'busy'].includes(slot.state));
    if (live.length !== workers.live) throw new Error('the count of workers is wrong');
    for (const slot of slots) {
      if ([...slot.inFlight].some((task) => task.slot !== slot)) throw new Error('a task is in flight in two workers');
      if (slot.state === 'busy' && slot.inFlight.size === 0) throw new Error('busy with no task in flight');
      if (slot.state === 'idle' && slot.inFlight.size > 0) throw new Error('idle with a task in flight');
      if (!limits.reportsStarts && slot.inFlight.size > limits.concurrency) throw new Error('too many tasks at a time');
      if (slot.inFlight.size > 1) this.#count('beside each other');
      if (slot.taskCount > limits.maxTasksPerWorker) throw new Error('a worker was given too much');
    }
    if (state !== 'open' && state !== 'closing') return;
    if (live.filter((slot) => !slot.draining).length > limits.max) throw new Error('too many workers');
    if (waiting > 0 && workers.idle.length > 0) throw new Error('a worker idles while a task waits');
    const hoards = slots.some((slot) => slot.state === 'busy' && slot.stealable > 0);
    if (workers.idle.length > 0 && hoards && !slots.some((slot) => [...slot.inFlight].some((task) => task.recalling))) {
      throw new Error('a worker idles while another has work that it has not begun');
    }
    const wanted = Math.min(waiting - workers.starting, limits.max - workers.live);
    if (wanted > 0 && this.#timerAt === Infinity) throw new Error('nothing starts a missing worker');
  }

  #checkEnd(): void {
    for (const task of this.#tasks) {
      if (!this.#results.has(task)) throw new Error(`task ${task.seq} never settled`);
      if (task.slot) throw new Error('a worker that has exited still has a task in flight');
    }
    if (this.#ended !== 1) throw new Error(`the pool ended ${this.#ended} times`);
    if (this.#scheduler.workers.slots.size > 0) throw new Error('a worker is left in the registry');
    for (const worker of this.#workers.values()) {
      if (worker.alive) throw new Error('a worker was left alive');
      if (new Set(worker.begunTasks).size > this.#limits.maxTasksPerWorker) {
        throw new Error('a worker ran too many tasks');
      }
    }
  }

  #count(what: string): void {
    this.#census[what] = (this.#census[what] ?? 0) + 1;
  }
}
