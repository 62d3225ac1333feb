// Worker hosts around one simulated Redis, which does one thing at a time. No clock and no machine: only the steps of
// the protocol, each with the time that it took Redis here.

/**
 * Microseconds of Redis for each step of a call: 170 together, measured over 5,000 calls (docs/beyond-one-machine.md);
 * the shares of the steps are estimates.
 */
const cost = { add: 50, take: 50, answer: 25, finish: 45 } as const;
/** For a host's and a client's sign of life, a look for one unsettled call, and a renewal of one lock. */
const upkeep = { presence: 12, look: 0.7, lock: 5 } as const;

export interface SimulationOptions {
  readonly hosts: number;
  readonly threads: number;
  readonly tasks: number;
  /** How long a task runs, in milliseconds. */
  readonly taskTime: number;
  /** Milliseconds. */
  readonly lease: number;
}

export interface SimulationResult {
  /** Milliseconds until the last answer. */
  readonly time: number;
  readonly callsPerSecond: number;
  /** The share of its time in which Redis was busy: with calls, and with signs of life and looks. */
  readonly redis: number;
  readonly upkeep: number;
  /** The share of their time in which threads ran tasks. */
  readonly threads: number;
  readonly answered: number;
}

/** A thread of a host that waits for Redis, or runs: what it does next, and when. */
interface Step {
  at: number;
  next: 'take' | 'run' | 'answer' | 'finish';
}

/** All times inside are microseconds. The jobs were added before: they wait. */
export function simulate({ hosts, threads, tasks, taskTime, lease }: SimulationOptions): SimulationResult {
  const queue = new StepHeap();
  for (let thread = 0; thread < hosts * threads; thread += 1) queue.push({ at: thread * 0.01, next: 'take' });
  const period = (lease * 1000) / 3;
  let [redisFree, redisBusy, upkeepBusy, ran, end] = [0, 0, 0, 0, 0];
  let [waiting, unsettled, answered, running] = [tasks, tasks, 0, 0];
  let nextUpkeep = period;
  const serve = (at: number, time: number): number => {
    redisFree = Math.max(redisFree, at) + time;
    redisBusy += time;
    return redisFree;
  };
  for (let step = queue.pop(); step; step = queue.pop()) {
    while (step.at >= nextUpkeep) {
      const time = (hosts + 1) * upkeep.presence + unsettled * upkeep.look + running * upkeep.lock;
      serve(nextUpkeep, time);
      upkeepBusy += time;
      nextUpkeep += period;
    }
    switch (step.next) {
      case 'take':
        // Adding is Redis's work as well: clients add while hosts take.
        if (waiting === 0) continue;
        waiting -= 1;
        step.at = serve(step.at, cost.add + cost.take);
        step.next = 'run';
        break;
      case 'run':
        running += 1;
        step.at += taskTime * 1000;
        ran += taskTime * 1000;
        step.next = 'answer';
        break;
      case 'answer':
        running -= 1;
        unsettled -= 1;
        answered += 1;
        step.at = end = serve(step.at, cost.answer);
        step.next = 'finish';
        break;
      case 'finish':
        step.at = serve(step.at, cost.finish);
        step.next = 'take';
    }
    queue.push(step);
  }
  return {
    time: end / 1000,
    callsPerSecond: tasks / (end / 1e6),
    redis: redisBusy / redisFree,
    upkeep: upkeepBusy / redisFree,
    threads: ran / (end * hosts * threads),
    answered,
  };
}

/** The earliest step first. */
class StepHeap {
  readonly #steps: Step[] = [];

  push(step: Step): void {
    const steps = this.#steps;
    let index = steps.length;
    steps.push(step);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = steps[parent];
      if (!above || above.at <= step.at) break;
      steps[index] = above;
      index = parent;
    }
    steps[index] = step;
  }

  pop(): Step | undefined {
    const steps = this.#steps;
    const [first] = steps;
    const last = steps.pop();
    if (!first || !last || steps.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [steps[child], steps[child + 1]];
      if (!left) break;
      if (right && right.at < left.at) child += 1;
      const below = right && right.at < left.at ? right : left;
      if (below.at >= last.at) break;
      steps[index] = below;
      index = child;
    }
    steps[index] = last;
    return first;
  }
}
