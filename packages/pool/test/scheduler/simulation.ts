import type { Effect, Ending } from '../../src/scheduler/effect.js';
import { defaultLimits, type Limits } from '../../src/scheduler/limits.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import { Task } from '../../src/scheduler/task.js';
import { EventQueue } from './event-queue.js';
import { Random } from './random.js';
import { type Nature, SimulatedWorker, type Work } from './simulated-worker.js';

/** What a schedule came to, so that the test can see that the schedules are not all alike. */
export type Census = Record<string, number>;

/**
 * One random life of a pool: tasks come, workers do what they do, callers give up, the pool is resized,
 * closed or terminated. After every step the promises of src/scheduler/README.md are checked.
 */
export class Simulation {
  readonly #events = new EventQueue();
  readonly #random: Random;
  readonly #limits: Limits;
  readonly #nature: Nature;
  readonly #scheduler: Scheduler<Work>;
  readonly #workers = new Map<number, SimulatedWorker>();
  readonly #tasks: Task<Work>[] = [];
  readonly #endings = new Map<Task<Work>, Ending>();
  readonly #census: Census;
  #timerAt = Infinity;
  #ended = 0;
  #scarceTold = 0;

  constructor(seed: number, census: Census) {
    const random = new Random(seed);
    this.#random = random;
    this.#census = census;
    const max = random.between(1, 5);
    const reportsStarts = random.chance(0.4);
    this.#limits = {
      ...defaultLimits,
      max,
      min: random.between(0, max),
      idleTimeout: random.pick([Infinity, 30, 300]),
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

  #cancelWaiting(): void {
    const { now } = this.#events;
    const waiting = this.#tasks.filter((task) => task.state === 'waiting');
    const others = this.#endings.size;
    this.#do(this.#scheduler.cancelWaiting(now));
    if (this.#scheduler.waiting > 0) throw new Error('a task waits although all were cancelled');
    if (waiting.some((task) => this.#endings.get(task)?.how !== 'cancelled')) {
      throw new Error('a task that waited was not cancelled');
    }
    if (this.#endings.size !== others + waiting.length) throw new Error('too much was cancelled');
  }

  #submit(): void {
    const random = this.#random;
    const limited = random.chance(0.3);
    // What never ends by itself and is never given up would rightly keep a closing pool open.
    const duration = limited && random.chance(0.3) ? Infinity : random.between(0, random.pick([5, 100]));
    const work: Work = {
      duration,
      outcome: random.chance(0.7) ? 'ok' : random.pick(['failed', 'in vain', 'kills its worker']),
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
        this.#do(this.#scheduler.cancel(this.#events.now, task));
        const isCancelled = this.#endings.get(task)?.how === 'cancelled';
        if (waits && !isCancelled) throw new Error('a task that waited was not cancelled');
      });
    }
    if (!random.chance(0.2)) return;
    this.#events.after(random.between(0, 200), () => {
      this.#do(this.#scheduler.abort(this.#events.now, task, 'enough'));
      if (!this.#endings.has(task)) throw new Error('an abort did not settle its task');
    });
  }

  #do(effects: readonly Effect<Work>[]): void {
    for (const effect of effects) this.#perform(effect);
    this.#checkStep();
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
            this.#do(this.#scheduler.refused(this.#events.now, effect.slot, effect.task, 'no')),
          );
        } else {
          this.#worker(effect.slot.id).send(effect.task);
        }
        break;
      case 'abort':
        this.#worker(effect.slot.id).abort(effect.task);
        break;
      case 'recall':
        this.#worker(effect.slot.id).recall();
        break;
      case 'retire':
        if (effect.slot.hands.length > 0) throw new Error('a worker with work in hand is retired');
        this.#worker(effect.slot.id).retire();
        break;
      case 'kill':
        this.#checkKill(effect.slot.id);
        this.#worker(effect.slot.id).kill();
        break;
      case 'settle':
        if (this.#endings.has(effect.task)) throw new Error('a task settled twice');
        this.#endings.set(effect.task, effect.ending);
        this.#count(effect.ending.how);
        if (now > effect.task.deadline) throw new Error('a task outlived its deadline');
        this.#checkEnding(effect.task, effect.ending);
        break;
      case 'timer':
        if (effect.at === Infinity || Number.isNaN(effect.at)) throw new Error('a timer for never');
        this.#setTimer(effect.at);
        break;
      case 'scarce':
        this.#scarceTold += 1;
        if (this.#scarceTold > 1) throw new Error('a scarcity is told twice');
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
        const window = this.#random.between(1, 4);
        this.#do(scheduler.setWindow(events.now, of, window));
      },
      started: (of, task) => {
        if (this.#limits.reportsStarts) this.#do(scheduler.started(events.now, of, task));
      },
      finished: (of, task, outcome) => {
        this.#do(scheduler.finished(events.now, of, task, outcome, undefined));
      },
      recalled: (of, tasks) => this.#do(scheduler.recalled(events.now, of, tasks)),
      gone: (of, leaving) => this.#do(scheduler.gone(events.now, of, leaving)),
    });
    this.#workers.set(id, worker);
  }

  #worker(id: number): SimulatedWorker {
    const worker = this.#workers.get(id);
    if (!worker) throw new Error(`worker ${id} was never started`);
    return worker;
  }

  /** Promise 2: priority, then submission. */
  #checkOrder(sent: Task<Work>): void {
    for (const task of this.#tasks) {
      if (task.state !== 'waiting') continue;
      if (task.priority > sent.priority || (task.priority === sent.priority && task.seq < sent.seq)) {
        throw new Error(`task ${sent.seq} was sent before task ${task.seq}`);
      }
    }
  }

  /** Promise 5, for the deaths that the scheduler itself orders. */
  #checkKill(id: number): void {
    const { slot } = this.#worker(id);
    const innocent = slot.hands.find((task) => task.state !== 'settled');
    const { state } = this.#scheduler;
    if (innocent && (state === 'open' || state === 'closing')) {
      throw new Error(`worker ${id} is killed with task ${innocent.seq} in hand`);
    }
  }

  /** Promise 5: whoever died with its worker had begun, and had no retries left. */
  #checkEnding(task: Task<Work>, ending: Ending): void {
    if (ending.how !== 'died') return;
    if (task.payload.begun === 0) throw new Error('a task that had not begun died');
    if (task.retriesLeft > 0) throw new Error('a task died with retries left');
  }

  /** Promises 3, 4 and the limits. */
  #checkStep(): void {
    const { crew, state, waiting, limits } = this.#scheduler;
    if (this.#tasks.length - this.#endings.size !== this.#scheduler.unsettled) {
      throw new Error('the count of unsettled tasks is wrong');
    }
    const slots = [...crew.slots];
    const live = slots.filter((slot) => ['starting', 'idle', 'busy'].includes(slot.state));
    if (live.length !== crew.live) throw new Error('the count of workers is wrong');
    for (const slot of slots) {
      if (slot.hands.some((task) => task.slot !== slot)) throw new Error('a task in two hands');
      if (slot.state === 'busy' && slot.hands.length === 0) throw new Error('busy with nothing');
      if (slot.state === 'idle' && slot.hands.length > 0) throw new Error('idle with work in hand');
      if (slot.given > limits.maxTasksPerWorker) throw new Error('a worker was given too much');
    }
    if (state !== 'open' && state !== 'closing') return;
    if (live.filter((slot) => !slot.leaving).length > limits.max) throw new Error('too many workers');
    if (waiting > 0 && crew.idle.length > 0) throw new Error('a worker idles while a task waits');
    const hoards = slots.some((slot) => slot.state === 'busy' && slot.spare > 0);
    if (crew.idle.length > 0 && hoards && !slots.some((slot) => slot.recalling)) {
      throw new Error('a worker idles while another has work that it has not begun');
    }
    const wanted = Math.min(waiting - crew.starting, limits.max - crew.live);
    if (wanted > 0 && this.#timerAt === Infinity) throw new Error('nobody starts a missing worker');
  }

  #checkEnd(): void {
    for (const task of this.#tasks) {
      if (!this.#endings.has(task)) throw new Error(`task ${task.seq} never settled`);
      if (task.slot) throw new Error('a worker that is gone still has a task in hand');
    }
    if (this.#ended !== 1) throw new Error(`the pool ended ${this.#ended} times`);
    if (this.#scheduler.crew.slots.size > 0) throw new Error('a worker is left in the books');
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
