import { Geometry } from '../../src/ring/geometry.js';
import { dropped, unitBytes } from '../../src/ring/layout.js';
import { closed, done } from '../../src/ring/outcome.js';
import { Pursuit } from '../../src/ring/pursuit.js';
import { Ring } from '../../src/ring/ring.js';
import { change, type End, type Operation } from './explore.js';
import { type Message, ModelMemory, partsWord, type Shared } from './model-memory.js';

/** The smallest ring in which everything occurs: whole records of two units, pieces of up to three. */
export const units = 6;

/** What the parties of one scenario agree on. */
export interface Setting {
  readonly maxSize?: number;
}

/** A message of so many units; more than one is long, and passes in pieces. */
export function message(id: number, length = 1): Message {
  return { kind: id, byteLength: length * unitBytes };
}

function ringOver(memory: ModelMemory, { maxSize = 0 }: Setting): Ring<Message, Message> {
  const geometry = new Geometry(units, 3, 2);
  return new Ring(memory, geometry, maxSize);
}

function follow(
  ring: Ring<Message, Message>,
  memory: ModelMemory,
  attempt: () => number,
  patience = Infinity,
): number | undefined {
  const pursuit = new Pursuit(ring);
  let left = patience;
  for (;;) {
    const outcome = pursuit.advance(() => {
      memory.checkpoint(describe(ring, pursuit, left));
      return attempt();
    });
    if (outcome <= 0) return outcome;
    if (left === 0) return undefined;
    left -= 1;
    pursuit.slept(memory.wait(outcome, pursuit.expected, 100) === 'timed-out');
  }
}

/** All that a party's operation will depend on, before an attempt. */
function describe(ring: Ring<Message, Message>, pursuit: Pursuit, more: unknown): string {
  const { tail, head } = ring;
  const sides = [tail.sent, tail.lock.held, tail.lock.slept, head.received, head.lock.held, head.lock.slept];
  return JSON.stringify([sides, pursuit.armed, more]);
}

/** Puts a message: `put N`, or `refused N` once the ring is closed. */
export function put(next: Message, setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const outcome = follow(ring, memory, () => ring.tail.attempt(next));
    return `${outcome === done ? 'put' : 'refused'} ${next.kind}`;
  };
}

/** Tries to put a message and gives up, `left N`, where it would have to sleep for the second time. */
export function putImpatiently(next: Message, setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const outcome = follow(ring, memory, () => ring.tail.attempt(next), 1);
    if (outcome !== undefined) return `${outcome === done ? 'put' : 'refused'} ${next.kind}`;
    ring.tail.leave();
    return `left ${next.kind}`;
  };
}

/** Takes a message: `took N`, or `closed`. */
export function take(setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const outcome = follow(ring, memory, () => ring.head.attempt());
    return outcome === closed ? 'closed' : `took ${ring.head.message().kind}`;
  };
}

/** Takes a message after it has given one back, once, where it has to sleep in its middle. */
export function takeFickly(setting: Setting = {}): Operation {
  return (memory) => {
    const ring = ringOver(memory, setting);
    const pursuit = new Pursuit(ring);
    for (let givenBack = false; ; ) {
      const outcome = pursuit.advance(() => {
        memory.checkpoint(describe(ring, pursuit, givenBack));
        return ring.head.attempt();
      });
      if (outcome === closed) return 'closed';
      if (outcome === done) return `took ${ring.head.message().kind}`;
      if (ring.head.midway && !givenBack) givenBack = ring.head.giveBack();
      else pursuit.slept(memory.wait(outcome, pursuit.expected, 100) === 'timed-out');
    }
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
    ringOver(memory, {}).wakeParts();
    return 'brought parts';
  };
}

/**
 * Everything that was promised, of a state in which nobody can go on: every message that was put was
 * taken once or is still there, but for one in the hands of each dead consumer; none was taken that was
 * not put, but for the one that a dead producer was just putting; the order of each producer is kept; and
 * nobody sleeps who could go on.
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

  if (ring.size !== 0) fail(`size is ${ring.size}, not 0`);
  if (new Set(taken).size !== taken.length) fail('taken twice');
  const deadConsumers = roles.filter((role, i) => role.takes && end.fates[i] === 'dead').length;
  const lost = put.filter((id) => !taken.includes(id));
  const isDropped = end.shared.words[dropped] === 1;
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

/** What a newcomer would still find. */
function drain(
  end: End,
  setting: Setting,
): { readonly left: number[]; readonly ring: Ring<Message, Message> } {
  const memory = observer(end);
  const ring = ringOver(memory, setting);
  ring.rescue();
  const left: number[] = [];
  while (ring.head.attempt() === done) left.push(ring.head.message().kind);
  return { left, ring };
}

function hasRoom(end: End, next: Message, setting: Setting): boolean {
  const ring = ringOver(observer(end), setting);
  ring.rescue();
  return ring.tail.attempt(next) === done;
}

/** A memory of one's own with what the others left behind. */
function observer({ shared, fates }: End): ModelMemory {
  const { words, cells }: Shared = { words: [...shared.words], cells: [...shared.cells] };
  return new ModelMemory(fates.length + 1, (action) => {
    switch (action.name) {
      case 'load':
        return words[action.word] ?? 0;
      case 'store':
      case 'exchange':
      case 'or':
      case 'swap':
        return change(words, action);
      case 'alive':
        return fates[action.owner - 1] === 'dead' ? 0 : 1;
      case 'read':
        return cells.slice(action.cell, action.cell + action.count);
      case 'write':
        cells.splice(action.cell, action.values.length, ...action.values);
        return 0;
      default:
        return 0;
    }
  });
}
