import { type Destination, ManycoreError, sharedState } from '@manycore/core';

import { nativeBackend } from '../native/backend.js';
import type { DescriptorAddress, OpenSegment } from '../native/native-backend.js';
import { Segment } from './segment.js';
import { segmentTable } from './segment-table.js';

/** What a segment is sent as. */
export interface SegmentState {
  readonly identity: string;
  readonly byteLength: number;
  readonly kept: boolean;
  /** Where to find a descriptor: first at the sender, then where the sender had it from. */
  readonly addresses: readonly DescriptorAddress[];
  /** For another thread of the same process. Left out where threads cannot share the mapping. */
  readonly buffer?: SharedArrayBuffer;
}

/** The segments that this thread has mapped, by identity: each is mapped once. */
const mapped = sharedState('memory.segments', () => new Map<string, WeakRef<Segment>>());

const collected = new FinalizationRegistry<string>((identity) => {
  // It may have been mapped again since.
  if (mapped.get(identity)?.deref()) return;
  mapped.delete(identity);
  segmentTable.letGo(identity, false);
});

/** Makes a segment of at least `byteLength` bytes. `kept`: this thread allocates blocks in it. */
export function createSegment(byteLength: number, kept: boolean): Segment {
  return mapOpen(nativeBackend().createSegment(byteLength), kept);
}

/** A segment that this process has open by a descriptor, mapped into this thread. */
export function mapOpen(open: OpenSegment, kept: boolean): Segment {
  const descriptor = segmentTable.keep(open, kept);
  return (
    find(open.identity) ??
    remember(new Segment({ ...open, ...map(descriptor, open), descriptor, kept, origins: [] }))
  );
}

/** What to send so that the destination can attach the segment. */
export function segmentState(segment: Segment, to: Destination): SegmentState {
  const { identity, byteLength, kept, buffer, descriptor, origins } = segment;
  const addresses = [...origins];
  if (descriptor !== undefined) {
    addresses.unshift({ pid: nativeBackend().currentThread().pid, descriptor });
    // What is kept cannot be closed before it arrives.
    if (!kept) segmentTable.noteSent(identity);
  }
  const state = { identity, byteLength, kept, addresses: addresses.slice(0, 4) };
  return to === 'thread' && buffer instanceof SharedArrayBuffer ? { ...state, buffer } : state;
}

/** The segment that a state stands for. */
export function attachSegment(state: SegmentState): Segment {
  const known = find(state.identity);
  if (known) return known;
  const { identity, byteLength, kept, addresses, buffer } = state;
  const descriptor = segmentTable.hold(identity) ?? openAny(state);
  if (descriptor === undefined && !buffer) throw lostError();
  const mapping = buffer
    ? { buffer, base: nativeBackend().baseOf(buffer) }
    : map(descriptor ?? -1, state);
  const { pid } = nativeBackend().currentThread();
  const origins = addresses.filter((address) => address.pid !== pid);
  // What another process keeps open is for us to close.
  const ours = kept && addresses[0]?.pid === pid;
  return remember(
    new Segment({ identity, byteLength, kept: ours, descriptor, origins, ...mapping }),
  );
}

/**
 * Lets go of a segment at once, when its last user does: the garbage collector may come late. Whoever it
 * was sent to must have received it.
 */
export function releaseSegment(segment: Segment): void {
  segment.users -= 1;
  if (segment.users > 0) return;
  if (find(segment.identity) === segment) mapped.delete(segment.identity);
  segmentTable.letGo(segment.identity, true);
}

/** A descriptor of our own, from the first sender that still has the segment. */
function openAny({ identity, addresses }: SegmentState): number | undefined {
  for (const address of addresses) {
    let open: OpenSegment;
    try {
      open = nativeBackend().openSegment(address);
    } catch {
      continue;
    }
    // The number may lead to something else by now.
    if (open.identity === identity) return segmentTable.keep(open, false);
    nativeBackend().closeSegment(open.descriptor);
  }
  return undefined;
}

function map(
  descriptor: number,
  { identity, byteLength }: { identity: string; byteLength: number },
): { buffer: SharedArrayBuffer | ArrayBuffer; base: number } {
  try {
    return nativeBackend().mapSegment(descriptor, byteLength);
  } catch (error) {
    segmentTable.letGo(identity, false);
    throw error;
  }
}

function lostError(): ManycoreError {
  return new ManycoreError(
    'MANYCORE_SHARED_MEMORY',
    'this shared memory is gone: whoever sent it ended, or closed it, before it was received, and nobody else has it (or it belongs to another user)',
  );
}

function find(identity: string): Segment | undefined {
  return mapped.get(identity)?.deref();
}

function remember(segment: Segment): Segment {
  mapped.set(segment.identity, new WeakRef(segment));
  collected.register(segment, segment.identity);
  return segment;
}
