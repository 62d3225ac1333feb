import { type Scope, SharedArray } from '@manycore/memory';
import { type Connection, ConnectionClosedError, pipe } from '@manycore/queue';
import { Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import { dawdle, type Left, persist } from '../../party/waiting.js';
import { Party, partyKind, type PartyKind } from '../../party/party.js';
import { Random } from '../../plan/random.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';
import { checkWhole, type Message, messageOf } from '../../values/message.js';

const largest = 2000;

/**
 * The writing end of a pipe goes from hand to hand; the last one sends. However that one ends, the reader
 * gets everything that was sent, in its order, and then the end.
 */
export const pipes: Scenario = {
  name: 'pipe',
  weight: 3,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    const duplex = random.chance(0.5);
    // 64 KiB each way, and what it needs besides.
    if (scope === 'processes') context.count('segments');
    const [reader, writer] = pipe<never, Message>({ scope, duplex });
    const sent = new SharedArray('i32', 1, { scope });
    const seed = random.int(0, 2 ** 30);
    const hands = random.int(0, 2);
    const kinds = Array.from({ length: hands + 1 }, () => partyKind(random, scope));
    const count = random.int(1, 300);
    const writing = new Party(context, kinds[0] ?? 'thread', `sender through ${kinds.join(', ')}`, send, [
      writer,
      sent,
      { seed, count, hands: kinds.slice(1) },
    ]);
    const readsElsewhere = random.chance(0.5);
    const kind = partyKind(random, scope);
    const reading = readsElsewhere
      ? new Party(context, kind, 'receiver', receive, [reader, seed]).result()
      : receive(reader, seed);
    // Only one that sends itself is killed: of what it started, the end is known to its parent only.
    if (hands === 0) {
      const chances = { kill: random.pick([0, 0.5]), stop: 0.2, within: 200 };
      writing.disturb(random, chances, () => sent.get(0) > 0);
    }
    const [received] = await Promise.all([
      context.waitFor('the end of the pipe', reading),
      writing.result(),
    ]);
    const known = Atomics.load(sent.view, 0);
    check(received !== undefined, 'the receiver was killed');
    check(
      received.count === known || (writing.killed && received.count === known + 1),
      `${received.count} values of ${known} came through the pipe`,
    );
    check(writing.killed || known === count, `${known} of ${count} values were sent`);
    context.count(`pipe of ${scope}: received`, received.count);
    context.count('left by timeout', received.timeouts);
    context.count('left by abort', received.aborts);
    if (!readsElsewhere) reader.close();
  },
};

interface SendingTerms {
  readonly seed: number;
  readonly count: number;
  /** Through whom it goes on from here. */
  readonly hands: readonly PartyKind[];
}

/** Sends all values, or starts another that does. */
export async function send(
  writer: Connection<Message, never>,
  sent: SharedArray<'i32'>,
  { seed, count, hands }: SendingTerms,
): Promise<void> {
  const [next, ...further] = hands;
  if (next !== undefined) {
    const args: Parameters<typeof send> = [writer, sent, { seed, count, hands: further }];
    const Kind = next === 'thread' ? Thread : Process;
    await new Kind({ target: send, args }).start().result;
    return;
  }
  const random = new Random(seed);
  const left: Left = { timeouts: 0, aborts: 0 };
  for (let sequence = 0; sequence < count; sequence += 1) {
    const message = messageOf(seed, 0, sequence, largest);
    await persist(random, left, (options) => writer.send(message, options));
    Atomics.store(sent.view, 0, sequence + 1);
    await dawdle(random, 0.05, 5);
  }
  if (random.chance(0.5)) writer.close();
}

/** Receives until the end, and checks that nothing is missing before it. */
export async function receive(
  reader: Connection<never, Message>,
  seed: number,
): Promise<Left & { count: number }> {
  const random = new Random(seed + 1);
  const left: Left = { timeouts: 0, aborts: 0 };
  for (let count = 0; ; count += 1) {
    try {
      const message: unknown = await persist(random, left, (options) => reader.recv(options));
      checkWhole(message, seed, largest);
      check(message.sequence === count, `value ${message.sequence} came after ${count - 1}`);
    } catch (error) {
      if (error instanceof ConnectionClosedError) return { ...left, count };
      throw error;
    }
  }
}
