import { PreparedWait, waitSync } from '@manycore/memory/internal';
import { type Action, change, type End, ModelWords, type Operation as Step, type Result, type Shared } from '@manycore/model';

import { closed, done } from '../../src/store.js';
import * as at from '../../src/ring/layout.js';
import {
  type Assembly,
  Geometry,
  type Payload,
  ringHeaderWords,
  type RingMemory,
  unitBytes,
  unitsFor,
} from '../../src/ring/layout.js';
import { Ring } from '../../src/ring/ring.js';

/*
 * The ring in the model: its memory, what its parties do, and what must be true in the end. For the models of
 * the ring, and of what is built on it.
 */

type Operation = Step<RingModelMemory>;
type ModelRing = Ring<Message, Message>;

/** Messages of this kind and higher ones have parts beside their bytes … */
export const firstWithParts = 100;
/** … which have come when this word, of those that the ring does not use, is 1. */
const partsWord = 90;

/** A message of the model: its kind says which it is. */
export type Message = Payload;

/** The smallest ring in which everything occurs: whole records of two units, pieces of up to three. */
const units = 6;

/** An empty ring, and words behind it. */
export function sharedOf(moreWords = 0): Shared {
  return {
    words: new Array<number>(ringHeaderWords + moreWords).fill(0),
    cells: new Array<number>(units * 2).fill(0),
  };
}

/** A message did not arrive as it was sent. */
class TornError extends Error {}

/** What a unit of a message's bytes holds in the model. */
function content(kind: number, index: number): number {
  return kind * 1000 + index + 1;
}

/** The memory of a ring in the model. */
export class RingModelMemory extends ModelWords implements RingMemory<Message, Message> {
  lengthAt(unit: number): number {
    return this.read(unit * 2, 1)[0] ?? 0;
  }

  flagsAt(unit: number): number {
    return this.read(unit * 2 + 1, 1)[0] ?? 0;
  }

  writeHeader(unit: number, length: number, flags: number): void {
    this.act({ name: 'write', cell: unit * 2, values: [length, flags] });
  }

  totalAt(unit: number): number {
    return this.read(unit * 2, 1)[0] ?? 0;
  }

  writeTotal(unit: number, total: number): void {
    this.act({ name: 'write', cell: unit * 2, values: [total, 0] });
  }

  /** Messages of these kinds have parts, which are there once a word says so. */
  ready(kind: number): boolean {
    return kind < firstWithParts || this.load(partsWord) === 1;
  }

  copyIn(unit: number, message: Message, from: number, length: number): void {
    const values: number[] = [];
    for (let i = 0; i < unitsFor(length); i += 1) {
      values.push(content(message.kind, from / unitBytes + i), 0);
    }
    this.act({ name: 'write', cell: unit * 2, values });
  }

  copyOut(unit: number, kind: number, length: number): Message {
    this.#check(unit, kind, 0, length);
    return { kind, byteLength: length };
  }

  assemble(kind: number, total: number): Assembly<Message> {
    let received = 0;
    return {
      add: (unit, length) => {
        this.#check(unit, kind, received, length);
        received += length;
      },
      finish: () => {
        if (received !== total) throw new TornError(`${received} of ${total} bytes of ${kind}`);
        return { kind, byteLength: total };
      },
    };
  }

  #check(unit: number, kind: number, from: number, length: number): void {
    const found = this.read(unit * 2, unitsFor(length) * 2);
    for (let i = 0; i < unitsFor(length); i += 1) {
      const expected = content(kind, from / unitBytes + i);
      if (found[i * 2] !== expected) {
        throw new TornError(`${String(found[i * 2])} where ${expected} should be`);
      }
    }
  }
}

/** What one side alone uses, under its mutex. With a `maxSize`, producers look at `takes`. */
const privateWords = new Set<number>([
  at.puts,
  at.nextTail,
  at.nextPuts,
  at.knownHead,
  at.nextHead,
  at.nextTakes,
  at.knownTail,
  // Hints, which only calls that do not wait look at.
  at.producerKept,
  at.consumerKept,
]);

/** Whether only the owner of a side's mutex does this, on what no other party looks at. */
export function isPrivate(action: Action): boolean {
  if (action.name === 'read' || action.name === 'write') return true;
  if (action.name === 'checkpoint') return true;
  return 'word' in action && privateWords.has(action.word);
}

/** What the parties of one scenario agree on. */
export interface Setting {
  readonly maxSize?: number;
}

/** A message of so many units; more than one is long, and passes in pieces. */
export function message(id: number, length = 1): Message {
  return { kind: id, byteLength: length * unitBytes };
}

/** `onTake` is called before a message counts as taken. */
export function ringOver(memory: RingModelMemory, { maxSize = 0 }: Setting = {}, onTake?: () => void): ModelRing {
  return new Ring(memory, new Geometry(units, 3, 2), maxSize, onTake);
}

/**
 * Follows a try to its end by the real loop: an outcome, or undefined when its time is over. `more` is what the
 * operation depends on besides.
 */
export function follow(
  ring: ModelRing,
  memory: RingModelMemory,
  tryOnce: () => number,
  timeout = Infinity,
  more?: unknown,
): number | undefined {
  const attempt = new PreparedWait(ring, () => {
    memory.checkpoint(describe());
    return tryOnce();
  });
  const describe = (): string => {
    const { producer, consumer } = ring;
    const mutexes = [producer.mutex, consumer.mutex].map(({ held, hasSlept, isKeeping }) => [held, hasSlept, isKeeping]);
    const waiting = [Reflect.get(attempt, 'prepared'), announcedOf(attempt), timeout === Infinity || memory.now()];
    return JSON.stringify([producer.sent, consumer.received, mutexes, waiting, more]);
  };
  return waitSync(attempt, memory, timeout) ? attempt.outcome : undefined;
}

/** The words on which it has announced itself, but for the mutexes, which pass themselves on. */
export function announcedOf(attempt: PreparedWait): number[] {
  const announced = Reflect.get(attempt, 'announced') as readonly number[];
  return announced.filter((word) => word !== at.producerMutex && word !== at.consumerMutex).sort((a, b) => a - b);
}

/** Puts a message: `put N`, or `refused N` once the ring is closed. */
export function put(next: Message, setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const outcome = follow(ring, memory, () => ring.producer.tryPush(next));
    return `${outcome === done ? 'put' : 'refused'} ${next.kind}`;
  };
}

/** Tries to put a message and gives up, `left N`, when one of its sleeps has timed out. */
export function putImpatiently(next: Message, setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const outcome = follow(ring, memory, () => ring.producer.tryPush(next), 1000);
    if (outcome !== undefined) return `${outcome === done ? 'put' : 'refused'} ${next.kind}`;
    ring.producer.leave();
    return `left ${next.kind}`;
  };
}

/** Takes a message: `took N`, or `closed`. */
export function take(setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const outcome = follow(ring, memory, () => ring.consumer.tryPop());
    return outcome === closed ? 'closed' : `took ${ring.consumer.message().kind}`;
  };
}

/** Takes a message after it has given one back where one of its sleeps has timed out. */
export function takeFickly(setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const pop = (): number => ring.consumer.tryPop();
    const first = follow(ring, memory, pop, 1000);
    const outcome = first ?? (ring.consumer.giveBack(), follow(ring, memory, pop, Infinity, 'again'));
    return outcome === closed ? 'closed' : `took ${ring.consumer.message().kind}`;
  };
}

export function close(setting: Setting = {}, immediate = false): Operation {
  return (memory) => {
    ringOver(memory, setting).close(immediate);
    return 'closed it';
  };
}

/** What belongs to the messages of the kinds with parts comes. */
export function bringParts(): Operation {
  return (memory) => {
    memory.store(partsWord, 1);
    ringOver(memory).wakeParts();
    return 'brought parts';
  };
}

/**
 * Everything that was promised, of a state in which no party can go on: every message that was put was taken
 * once or is still there, but for one in the hands of each dead consumer; none was taken that was not put, but
 * for the one that a dead producer was just putting; the order of each producer is kept; no party sleeps that
 * could go on; and a free mutex is not marked as kept.
 */
export function judge(
  end: End,
  roles: readonly { readonly puts?: readonly Message[]; readonly takes?: true }[],
  setting: Setting = {},
): void {
  const logged = (verb: string): number[] =>
    end.logs.flat().flatMap((event) => {
      const [what, id] = event.split(' ');
      return what === verb ? [Number(id)] : [];
    });
  const { left, ring } = drain(end, setting);
  const taken = [...logged('took'), ...left];
  const put = logged('put');
  const fail = (what: string): never => {
    throw new Error(`${what}: ${JSON.stringify({ logs: end.logs, fates: end.fates, left })}`);
  };

  for (const [mutex, kept] of sides) {
    if (end.shared.words[mutex] === 0 && end.shared.words[kept] !== 0) fail('kept, and free');
  }
  if (ring.size !== 0) fail(`size is ${ring.size}, not 0`);
  if (new Set(taken).size !== taken.length) fail('taken twice');
  const deadConsumers = roles.filter((role, i) => role.takes && end.fates[i] === 'dead').length;
  const lost = put.filter((id) => !taken.includes(id));
  const isDropped = end.shared.words[at.dropped] === 1;
  if (!isDropped && lost.length > deadConsumers) fail(`lost ${lost.join()}`);
  const halfPut = roles.flatMap((role, i) => {
    const finished = end.logs[i]?.length ?? 0;
    const current = role.puts?.[finished];
    return current && end.fates[i] !== 'finished' ? [current.kind] : [];
  });
  const extra = taken.filter((id) => !put.includes(id) && !halfPut.includes(id));
  if (extra.length > 0) fail(`never put ${extra.join()}`);

  for (const { puts = [] } of roles) {
    const order = puts.map(({ kind }) => kind);
    for (const sequence of [...end.logs.map((log) => log.map((e) => Number(e.split(' ')[1]))), left]) {
      const own = sequence.filter((id) => order.includes(id));
      if (own.some((id, i) => i > 0 && order.indexOf(id) < order.indexOf(own[i - 1] ?? 0))) {
        fail('out of order');
      }
    }
  }

  roles.forEach((role, i) => {
    if (end.fates[i] !== 'asleep') return;
    if (role.takes && left.length > 0) fail(`party ${i} sleeps beside a message`);
    if (role.takes && ring.closed) fail(`party ${i} sleeps beside a closed ring`);
    const current = role.puts?.[end.logs[i]?.length ?? 0];
    if (current && ring.closed) fail(`party ${i} sleeps beside a closed ring`);
    if (current && hasRoom(end, current, setting)) fail(`party ${i} sleeps beside room`);
  });
}

/** The mutex of a side, and whether its owner keeps it. */
const sides = [
  [at.producerMutex, at.producerKept],
  [at.consumerMutex, at.consumerKept],
] as const;

/** What a newcomer would still find. */
function drain(
  end: End,
  setting: Setting,
): { readonly left: number[]; readonly ring: ModelRing } {
  const memory = observer(end);
  const ring = ringOver(memory, setting);
  ring.rescue();
  const left: number[] = [];
  while (ring.consumer.tryPop() === done) left.push(ring.consumer.message().kind);
  return { left, ring };
}

function hasRoom(end: End, next: Message, setting: Setting): boolean {
  const ring = ringOver(observer(end), setting);
  ring.rescue();
  return ring.producer.tryPush(next) === done;
}

/** A memory of its own with what the parties left behind. */
function observer({ shared, fates }: End): RingModelMemory {
  const copy: Shared = { words: [...shared.words], cells: [...shared.cells] };
  return new RingModelMemory(fates.length + 1, actOn(copy, (owner) => fates[owner - 1] === 'dead'));
}

/** Performs actions on what is shared, as the only party that still moves. */
export function actOn({ words, cells }: Shared, isDead: (owner: number) => boolean = () => false) {
  return (action: Action): Result => {
    switch (action.name) {
      case 'load':
        return words[action.word] ?? 0;
      case 'store':
      case 'exchange':
      case 'add':
      case 'or':
      case 'and':
      case 'swap':
        return change(words, action);
      case 'alive':
        return isDead(action.owner) ? 0 : 1;
      case 'read':
        return cells.slice(action.cell, action.cell + action.count);
      case 'write':
        cells.splice(action.cell, action.values.length, ...action.values);
        return 0;
      default:
        return 0;
    }
  };
}
