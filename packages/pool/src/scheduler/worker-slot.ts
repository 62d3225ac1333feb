/** See README.md, "A worker slot". */
export type SlotState = 'starting' | 'idle' | 'busy' | 'retiring' | 'dying' | 'gone';

/** What a slot needs of the tasks that it holds. */
interface HeldTask {
  readonly state: string;
}

/** A worker as the scheduler sees it. The fields belong to the scheduler; others read. */
export class WorkerSlot<T extends HeldTask> {
  /** From 1, never used again. */
  readonly id: number;
  readonly startedAt: number;
  state: SlotState = 'starting';
  /** Tasks sent and not let go, in the order in which the worker runs them. At most one is running: the first. */
  readonly hands: T[] = [];
  /** How many tasks it may have in hand. */
  window = 1;
  /** How many tasks it was given in its life. */
  given = 0;
  readyAt: number;
  /** It finished a task, so whatever ends it is no start failure. */
  proven = false;
  /** It gets no more tasks, and retires once its hands are empty. */
  leaving = false;
  /** The abandoned task that it runs, while it has its grace to let go of it. */
  guilty: T | undefined;
  /** That grace is over: it dies when what it has not begun is back. */
  doomed = false;
  /** A recall is under way. */
  recalling = false;
  /** When the present state (or the grace for what it runs) has lasted long enough. */
  deadline: number;

  constructor(id: number, startedAt: number) {
    this.id = id;
    this.startedAt = startedAt;
    this.readyAt = Infinity;
    this.deadline = Infinity;
  }

  /** How many unsettled tasks stand behind the first one, so that another worker could begin them sooner. */
  get spare(): number {
    let count = 0;
    for (let index = 1; index < this.hands.length; index += 1) {
      if (this.hands[index]?.state === 'sent') count += 1;
    }
    return count;
  }
}
