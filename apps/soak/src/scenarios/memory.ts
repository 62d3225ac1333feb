import { createHash } from 'node:crypto';
import { type ElementType, type Scope, SharedArray, SharedMemory, Value } from '@manycore/memory';
import { Queue } from '@manycore/queue';
import { memoryPrefix } from '../monitor/figures.js';
import { Party, partyKind } from '../party/party.js';
import type { Random } from '../plan/random.js';
import type { Context } from '../run/context.js';
import type { Scenario } from '../run/scenario.js';
import { check } from '../run/violation.js';

/** Blocks above it are segments of their own, in scope 'processes'. */
const ownSegment = 64 * 1024;

/** Shared memory of every kind is made, filled, sent, changed elsewhere, read again, and dropped. */
export const memory: Scenario = {
  name: 'memory',
  weight: 3,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    dropMany(context, scope);
    const pieces: Piece[] = [];
    for (let n = random.int(1, 8); n > 0; n -= 1) pieces.push(createPiece(context, scope));
    const before = pieces.map(digestOf);
    const kind = partyKind(random, scope);
    const throughQueue = random.chance(0.4);
    let given: Piece[] | Queue<Piece[]> = pieces;
    if (throughQueue) {
      if (scope === 'processes') context.count('segments');
      given = new Queue<Piece[]>({ scope, capacity: 80_000 });
      await given.put(pieces);
    }
    const party = new Party(context, kind, 'one that changes memory', invert, [given]);
    const seen = await party.result();
    check(seen !== undefined, 'it was not killed');
    pieces.forEach((piece, i) => {
      const text = `${piece.kind} of ${scope} (${kind})`;
      check(seen[i]?.before === before[i], `${text} arrived with other contents`);
      check(seen[i]?.after === digestOf(piece), `${text} was changed, and is not so here`);
    });
    context.count(`memory of ${scope}: sent`, pieces.length);
    for (const piece of pieces) drop(piece, random);
  },
};

/** Many that are never sent. */
function dropMany(context: Context, scope: Scope): void {
  const { random } = context;
  const n = random.int(0, 200);
  for (let i = 0; i < n; i += 1) {
    const value = new Value('f64', i, { scope });
    const array = new SharedArray('u16', random.int(1, 200), { scope });
    array.fill(i);
    check(value.value === i && array.get(-1) === i, 'fresh memory does not hold what was written');
  }
  context.count(`memory of ${scope}: made and dropped`, 2 * n);
}

export type Piece =
  | { readonly kind: 'value'; readonly value: Value<'f64'> }
  | { readonly kind: 'array'; readonly value: SharedArray<ElementType> }
  | { readonly kind: 'memory'; readonly value: SharedMemory }
  | { readonly kind: 'named'; readonly value: string };

/** The named memory that this process made, which is to be unlinked here. */
const named = new Map<string, SharedMemory>();
let names = 0;

function createPiece(context: Context, scope: Scope): Piece {
  const { random } = context;
  switch (random.int(0, scope === 'processes' ? 3 : 2)) {
    case 0:
      return { kind: 'value', value: new Value('f64', random.int(-1000, 1000), { scope }) };
    case 1: {
      const length = random.chance(0.2) ? random.int(20_000, 100_000) : random.int(1, 500);
      if (scope === 'processes' && length * 8 > ownSegment) context.count('segments');
      const type = random.pick(['u8', 'i16', 'i32', 'f32', 'f64', 'u32'] as const);
      const array = new SharedArray(type, length, { scope });
      for (let i = 0; i < Math.min(length, 100); i += 1) array[i] = random.int(0, 127);
      return { kind: 'array', value: array as unknown as SharedArray<ElementType> };
    }
    case 2: {
      if (scope === 'processes') context.count('segments');
      const value = new SharedMemory({ size: random.int(1, 100_000), scope });
      value.bytes.fill(random.int(0, 255));
      return { kind: 'memory', value };
    }
    default: {
      context.count('segments');
      const name = `${memoryPrefix}${(names += 1)}`;
      const value = new SharedMemory({ size: random.int(1, 100_000), name });
      named.set(name, value);
      value.bytes.fill(random.int(0, 255));
      context.defer(() => named.get(name)?.unlink());
      context.count('memory with a name');
      return { kind: 'named', value: name };
    }
  }
}

interface Seen {
  readonly before: string;
  readonly after: string;
}

/** What runs elsewhere: says what it found, and turns every bit. */
export async function invert(given: Piece[] | Queue<Piece[]>): Promise<Seen[]> {
  const pieces = given instanceof Queue ? await given.get() : given;
  return pieces.map((piece) => {
    const before = digestOf(piece);
    withBytes(piece, (bytes) => bytes.forEach((byte, i) => (bytes[i] = byte ^ 0xff)));
    return { before, after: digestOf(piece) };
  });
}

function digestOf(piece: Piece): string {
  let digest = '';
  withBytes(piece, (bytes) => {
    digest = createHash('sha1').update(Uint8Array.from(bytes)).digest('hex');
  });
  return digest;
}

function withBytes(piece: Piece, use: (bytes: Uint8Array) => void): void {
  switch (piece.kind) {
    case 'value':
      { piece.value.lock.runSync(() => {
        const words = new Float64Array([piece.value.value]);
        use(new Uint8Array(words.buffer));
        // An engine need not keep the bits of a NaN, and turned bits may be one.
        piece.value.value = Number.isNaN(words[0]) ? 0 : (words[0] ?? 0);
      }); return; }
    case 'array': {
      const { view } = piece.value;
      use(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)); return;
    }
    case 'memory':
      { use(piece.value.bytes); return; }
    case 'named': {
      const own = named.get(piece.value);
      if (own) { use(own.bytes); return; }
      const attached = SharedMemory.attach(piece.value);
      use(attached.bytes);
      attached.close(); return;
    }
  }
}

/** Closed, or left to the collector. */
function drop(piece: Piece, random: Random): void {
  if (piece.kind === 'memory' && random.chance(0.5)) piece.value.close();
  if (piece.kind !== 'named') return;
  const own = named.get(piece.value);
  named.delete(piece.value);
  // Only its maker unlinks it: what another process unlinks leaves something behind in the maker.
  own?.unlink();
  if (random.chance(0.7)) own?.close();
}
