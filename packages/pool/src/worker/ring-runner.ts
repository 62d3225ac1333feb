import type { SharedBlock } from '@manycore/memory';
import { inOwnContext } from '../platform/node.js';
import { eventLoopTurn } from '../platform/worker-node.js';
import type { TaskMessage } from '../transport/protocol.js';
import {
  elsewhere,
  type EncodedValues,
  encodeList,
  encodeSingle,
  Form,
  type IncomingRecord,
  largeResult,
  listOf,
  runTimeWord,
} from '../transport/ring/record.js';
import { ResultOverflow } from '../transport/ring/overflow.js';
import {
  Inbox,
  Outbox,
  Overflow,
  overflowLimit,
  resultLimit,
  resultReserve,
  WorkerRings,
} from '../transport/ring/worker-rings.js';
import type { ResultPlace, WorkerResult } from './post-result.js';
import type { TaskRunner } from './task-runner.js';

// Taken now: the global one is a getter, which is passed several times a task.
const { performance } = globalThis;

/** How long (ms) tasks may follow each other before the event loop has a turn: for messages, timers and I/O. */
const turnInterval = 2;

/** The worker's side of its rings: runs what comes through one, and answers through the other. */
export class RingRunner {
  readonly #rings: WorkerRings;
  readonly #runner: TaskRunner;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  /** Tasks whose values came by message, and whose turn has not come. */
  readonly #messages = new Map<number, TaskMessage>();
  /** Called when a message came, or was taken back. */
  #arrived: (() => void) | undefined;
  readonly #dropped = new Set<number>();
  readonly #leased: boolean;
  readonly #onIdle: () => void;
  #running = false;
  #overflow: ResultOverflow | undefined;

  /**
   * `leased`: the tasks are those of a thread that leases this worker. `onIdle` is called when there is no task.
   *
   * @throws where this thread cannot wait for what comes.
   */
  constructor(runner: TaskRunner, block: SharedBlock, leased: boolean, onIdle: () => void) {
    const rings = new WorkerRings(block);
    this.#rings = rings;
    this.#runner = runner;
    this.#inbox = new Inbox(rings.tasks);
    this.#outbox = new Outbox(rings.results);
    this.#inbox.prepare();
    this.#leased = leased;
    this.#onIdle = onIdle;
  }

  /** Whether a task runs, or waits. */
  get isBusy(): boolean {
    return this.#running || this.#inbox.hasRecords;
  }

  /** From now on large values may lie in this memory. */
  useOverflow(block: SharedBlock): boolean {
    this.#rings.use(new Overflow(block));
    this.#overflow = new ResultOverflow(this.#outbox);
    return true;
  }

  /** Runs tasks for as long as the worker lives. What a task leaves in its async context stays with it. */
  start(): void {
    void this.#run();
  }

  receive(message: TaskMessage): void {
    this.#messages.set(message.id | 0, message);
    this.#arrived?.();
  }

  drop(id: number): void {
    if (!this.#messages.delete(id | 0)) this.#dropped.add(id | 0);
    this.#arrived?.();
  }

  async #run(): Promise<void> {
    let turned = performance.now();
    for (;;) {
      const record = this.#inbox.claim();
      if (!record) {
        this.#running = false;
        if (this.#inbox.spin()) continue;
        this.#onIdle();
        await this.#inbox.sleep()?.settled;
        turned = performance.now();
        continue;
      }
      this.#running = true;
      const since = performance.now();
      const pending = record.form === Form.elsewhere ? this.#runMessage(record) : inOwnContext(() => this.#runRecord(record));
      if (pending) await pending;
      if (since - turned < turnInterval) continue;
      await eventLoopTurn();
      turned = performance.now();
    }
  }

  #runRecord(record: IncomingRecord): Promise<void> | undefined {
    const { id, shape, offset, wantsPartial } = record;
    const place = { id, many: shape !== 'call', offset, wantsPartial, leased: this.#leased };
    const description = { id, target: record.detail, attempt: record.attempt, shape, wantsPartial };
    const since = performance.now();
    const result = this.#runner.run(description, () => listOf(record));
    if (result instanceof Promise) {
      return result.then((settled) => this.#answer(place, settled, performance.now() - since));
    }
    this.#answer(place, result, performance.now() - since);
    return undefined;
  }

  async #runMessage({ id }: IncomingRecord): Promise<void> {
    while (!this.#messages.has(id) && !this.#dropped.has(id)) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    this.#arrived = undefined;
    if (this.#dropped.delete(id)) return;
    const message = this.#messages.get(id);
    this.#messages.delete(id);
    if (!message) return;
    const { shape, offset, wantsPartial } = message;
    const since = performance.now();
    const result = await this.#runner.runMessage(message);
    this.#answer({ id, many: shape !== 'call', offset, wantsPartial, leased: this.#leased }, result, performance.now() - since);
  }

  #answer(place: ResultPlace, result: WorkerResult, ran: number): void {
    const { record } = this.#outbox;
    record.id = place.id;
    record.detail = runTimeWord(ran);
    record.offset = 0;
    const values = encoding(place, result, this.#rings.block.scope === 'processes' ? overflowLimit : resultLimit);
    if (values && this.#push(values)) return;
    this.#runner.post(place, result, ran);
    record.values = elsewhere;
    if (values && values.byteLength > resultLimit) record.offset = largeResult;
    this.#outbox.push(record);
  }

  /** False when there is no room. */
  #push(values: EncodedValues): boolean {
    const { record } = this.#outbox;
    const placed = values.byteLength > resultLimit ? this.#overflow?.place(values) : values;
    if (!placed) return false;
    record.values = placed;
    const position = this.#outbox.push(record, resultReserve);
    if (placed !== values) this.#overflow?.placed(position);
    return position !== undefined;
  }
}

/** The result in a record, or in the overflow area, if these can carry it. */
function encoding({ many }: ResultPlace, result: WorkerResult, most: number): EncodedValues | undefined {
  if (result.status !== 'ok') return undefined;
  const { value } = result;
  try {
    return many ? encodeList(value as readonly unknown[], most) : encodeSingle(value, most);
  } catch {
    // The message will say what is wrong with it.
    return undefined;
  }
}
