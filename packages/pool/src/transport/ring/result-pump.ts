import { ProtocolError } from '@manycore/core';
import type { PendingWait } from '@manycore/memory';
import { afterTurn } from '../../platform/node.js';
import type { TaskResult } from '../../scheduler/records.js';
import type { Claimed, ResultMessage } from '../protocol.js';
import { plainResult, readResult, runTimeOf, statusOf } from '../task-result-reader.js';
import { Form, headerUnits, type IncomingRecord, largeResult, listOf, runTimeIn, valueOf } from './record.js';
import { RingError } from './ring.js';
import type { Inbox } from './worker-rings.js';

/** The task whose result must come next. */
export interface NextResult {
  readonly seq: number;
  /** How many results it will have, for a chunk. */
  readonly count: number | undefined;
}

export interface ResultSink {
  /** How many tasks are in flight. */
  readonly size: number;
  /** Hardly any task is in flight: the callers that get the next results may have some. */
  readonly isShort: boolean;
  /** Tasks are so short that the next result may come within microseconds. */
  readonly isQuick: boolean;
  /** The first task in flight, if the worker has begun it. May throw RingError. */
  readonly next: NextResult | undefined;
  /** Results of single calls are being taken: the tasks that follow go to the worker together, at `release`. */
  hold(): void;
  release(): void;
  /** The result of that task. The promise, if any, is pending while the next one has to wait. */
  settle(result: TaskResult, ran: number): Promise<void> | undefined;
  /** A result came by message only because the ring is too small for it. */
  largeResult(): void;
  /** The ring holds what no worker writes. */
  corrupted(error: RingError): void;
}

/** The units of a small result. */
const resultUnits = headerUnits + 1;

/** So many results are taken before the event loop has a turn. */
const mostResults = 256;

/**
 * Takes results out of a worker's ring, in order, while tasks are in flight: at once while they come, then by a
 * sleep that the worker ends. A result whose values come by message is waited for, and those behind it wait.
 */
export class ResultPump {
  readonly #inbox: Inbox;
  readonly #sink: ResultSink;
  /** Results that came by message, by the number of their task. */
  readonly #messages = new Map<number, Claimed<ResultMessage>>();
  /** Why there will be none, for the tasks of which that is known. */
  readonly #lost = new Map<number, Error>();
  /** A record whose values have not come. */
  #awaited: IncomingRecord | undefined;
  /** A result takes time to be read, or to be settled. */
  #reading: Promise<void> | undefined;
  #watching = false;
  /** A poll is to come: by a microtask, after a turn of the event loop, or after a sleep. There is never a second one. */
  #isDue = false;
  #sleep: PendingWait | undefined;
  /** Results that were taken since the event loop had a turn. */
  #taken = 0;
  /** Results are being taken: what follows from one of them must not take the next. */
  #isDraining = false;
  #ended = false;
  /** The ring cannot be read any further. */
  #broken = false;

  constructor(inbox: Inbox, sink: ResultSink) {
    this.#inbox = inbox;
    this.#sink = sink;
  }

  /** A task is in flight: its result will be taken. */
  watch(): void {
    if (this.#watching || this.#ended) return;
    this.#watching = true;
    // Once the caller waits for it.
    if (!this.#isDue) this.#pollSoon();
  }

  /**
   * Takes results of single calls, as far as they have come, within the present turn of the event loop. It leaves all
   * others: only those of single calls run no code of the program.
   */
  takeResults(): void {
    if (this.#isOver() || this.#isDraining || this.#awaited || this.#reading) return;
    // While the worker has more to do, many at a time are cheaper.
    if (this.#inbox.filled < (this.#sink.size * resultUnits) / 2) return;
    this.#guarded(() => {
      while (!this.#reading) {
        const next = this.#sink.next;
        if (!next || next.count !== undefined) return;
        const record = this.#inbox.claim();
        if (!record) return;
        if (record.form === Form.elsewhere) {
          // The poll that is due takes it.
          this.#awaited = record;
          return;
        }
        this.#take(record);
        this.#taken += 1;
        if (this.#sink.isShort) return;
      }
    });
  }

  /** The values of a result. Of two for one task the first counts; of one that was given up, none. */
  receive(seq: number, message: Claimed<ResultMessage>): void {
    if (this.#messages.has(seq) || this.#lost.has(seq)) return;
    this.#messages.set(seq, message);
    if (this.#awaited && !this.#isDue) this.#poll();
  }

  /** The values of a result will not come. */
  lose(seq: number, error: Error): void {
    if (this.#messages.has(seq)) return;
    this.#lost.set(seq, error);
    if (this.#awaited && !this.#isDue) this.#poll();
  }

  /** The worker has exited: takes what it published. `skip` is called for a result whose values went down with it. */
  async end(skip: () => void): Promise<void> {
    this.#ended = true;
    this.#sleep?.cancel();
    while (!this.#broken) {
      await this.#reading;
      const took = this.#drain(Infinity);
      if (this.#awaited) {
        this.#awaited = undefined;
        skip();
      } else if (took === 0 && !this.#reading) {
        return;
      }
    }
  }

  readonly #poll = (): void => {
    this.#isDue = false;
    if (this.#isOver()) return;
    if (this.#taken >= mostResults) {
      this.#pollNextTurn();
      return;
    }
    const took = this.#drain(mostResults - this.#taken);
    if (this.#awaited || this.#reading || this.#isOver()) return;
    this.#taken += took;
    if (took === 0) {
      this.#rest();
    } else if (this.#sink.isShort && this.#taken < mostResults) {
      // After the callers that got these results.
      this.#pollSoon();
    } else {
      this.#pollNextTurn();
    }
  };

  #pollSoon(): void {
    this.#isDue = true;
    queueMicrotask(this.#poll);
  }

  #pollNextTurn(): void {
    this.#isDue = true;
    this.#taken = 0;
    afterTurn(this.#poll);
  }

  #isOver(): boolean {
    return this.#ended || this.#broken;
  }

  /** Sleeps until there are results, if any can come. */
  #rest(): void {
    if (this.#sink.size === 0) {
      this.#watching = false;
      return;
    }
    // A result that comes within some microseconds is waited for: a sleep costs both sides more.
    if (this.#sink.isQuick && this.#inbox.spin()) {
      this.#pollSoon();
      return;
    }
    this.#sleep = this.#inbox.sleep();
    if (!this.#sleep) {
      this.#pollNextTurn();
      return;
    }
    this.#isDue = true;
    this.#taken = 0;
    void this.#sleep.settled.then(this.#poll);
  }

  /** Takes results, up to so many, until none is there, one takes time, or the worker runs short of tasks; how many. */
  #drain(most: number): number {
    let taken = 0;
    this.#guarded(() => {
      while (taken < most && !this.#reading) {
        const record = this.#awaited ?? this.#inbox.claim();
        this.#awaited = undefined;
        if (!record || !this.#take(record)) break;
        taken += 1;
        if (this.#sink.isShort) break;
      }
    });
    return taken;
  }

  /** Reads the ring, which may hold anything. */
  #guarded(read: () => void): void {
    this.#isDraining = true;
    try {
      read();
    } catch (error) {
      if (!(error instanceof RingError)) throw error;
      this.#broken = true;
      this.#sink.corrupted(error);
    } finally {
      this.#isDraining = false;
      this.#sink.release();
    }
  }

  /** False when the values of the result have not come. */
  #take(record: IncomingRecord): boolean {
    const next = this.#sink.next;
    if (!next || (next.seq | 0) !== record.id) throw new RingError('a result of a task that it does not run');
    // The result of a chunk may run code of the program: what reads the next items.
    if (next.count === undefined) this.#sink.hold();
    else this.#sink.release();
    if (record.form === Form.elsewhere) return this.#takeMessage(record, next);
    // A message that came besides is not waited for by any record.
    if (this.#messages.size > 0) this.#messages.delete(next.seq);
    this.#hold(this.#sink.settle(resultIn(record, next.count), runTimeIn(record.detail)));
    return true;
  }

  #takeMessage(record: IncomingRecord, { seq, count }: NextResult): boolean {
    const message = this.#messages.get(seq);
    const lost = this.#lost.get(seq);
    if (message) {
      this.#messages.delete(seq);
      if (record.offset === largeResult) this.#sink.largeResult();
      const status = statusOf(message);
      if (!status) throw new RingError('a result that is none');
      const ran = runTimeOf(message);
      const result = plainResult(message, status, count);
      this.#hold(
        result
          ? this.#sink.settle(result, ran)
          : readResult(message, status, count).then((read) => this.#sink.settle(read, ran)),
      );
    } else if (lost) {
      this.#lost.delete(seq);
      this.#hold(this.#sink.settle({ status: 'fatal', error: lost }, 0));
    } else {
      this.#awaited = record;
      return false;
    }
    return true;
  }

  /** What comes next waits for this step, if it takes time. */
  #hold(step: Promise<void> | undefined): void {
    if (!step) return;
    this.#reading = step.then(() => {
      this.#reading = undefined;
      if (!this.#isDue) this.#poll();
    });
  }
}

/** The result in a record. */
function resultIn(record: IncomingRecord, count: number | undefined): TaskResult {
  try {
    if (count === undefined) return { status: 'ok', value: valueOf(record) };
    const value = listOf(record);
    if (value.length === count) return { status: 'ok', value };
    throw new ProtocolError('a worker answered with what is no result of its task: not one result for each item');
  } catch (error) {
    return { status: 'fatal', error };
  }
}
