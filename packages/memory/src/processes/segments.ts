import { ManycoreError } from '@manycore/core';
import { type Destination, isSharedArrayBuffer, sharedState } from '@manycore/core/internal';

import { nativeBackend } from '../platform/native.js';
import type { DescriptorAddress, OpenSegment } from '../native-backend.js';
import { SharedMemoryLimitError } from '../errors.js';
import { collection } from './collection.js';
import { Segment, type SegmentPurpose } from './segment.js';
import { segmentLimit, segmentTable } from './segment-table.js';

/** What a segment is sent as. */
export interface SegmentState {
  readonly identity: string;
  readonly byteLength: number;
  readonly kept: boolean;
  readonly countersAt: number | undefined;
  /** Where to find a descriptor: first at the sender, then where the sender had it from. */
  readonly addresses: readonly DescriptorAddress[];
  /** For another thread of the same process. Left out where threads cannot share the mapping. */
  readonly buffer?: SharedArrayBuffer;
}

/** The segments that this thread has mapped, by identity: each is mapped once. */
const mapped = sharedState('memory.segments', () => new Map<string, WeakRef<Segment>>());

const collected = new FinalizationRegistry<string>((identity) => {
  // It may have been mapped again since.
  if (find(identity)) return;
  mapped.delete(identity);
  segmentTable.leave(identity, false);
});

/** Makes a segment of `byteLength` bytes, all zero. */
export function createSegment(byteLength: number, purpose: SegmentPurpose): Segment {
  return mapOpen(() => nativeBackend().createSegment(byteLength), purpose);
}

/** Maps what `open` gives a descriptor of into this thread. */
export function mapOpen(open: () => OpenSegment, purpose: SegmentPurpose): Segment {
  return collection.retry(() => {
    const opened = open();
    const known = find(opened.identity);
    if (!known) return map(opened, purpose, []);
    nativeBackend().closeSegment(opened.descriptor);
    return known;
  });
}

/** What to send so that the destination can attach the segment. */
export function segmentState(segment: Segment, to: Destination): SegmentState {
  const { identity, byteLength, kept, countersAt, buffer, descriptor, origins } = segment;
  const addresses = [...origins];
  if (descriptor !== undefined) {
    addresses.unshift({ pid: nativeBackend().currentThread().pid, descriptor });
  }
  const state = { identity, byteLength, kept, countersAt, addresses: addresses.slice(0, 4) };
  // The message itself holds the mapping then.
  if (to === 'thread' && isSharedArrayBuffer(buffer)) return { ...state, buffer };
  // What is kept cannot be closed before it arrives.
  if (descriptor !== undefined && !kept) segmentTable.noteSent(identity);
  segment.counters?.sent();
  return state;
}

/** The segment that a state stands for. */
export function attachSegment(state: SegmentState): Segment {
  const segment = find(state.identity) ?? collection.retry(() => attachNew(state));
  if (!state.buffer) segment.counters?.received();
  return segment;
}

/**
 * Lets go of a segment at once, when its last user does: the garbage collector may come late. The
 * descriptor is closed when no other thread uses the segment and it is not in flight; the memory goes
 * when no process has it and no view is left.
 */
export function releaseSegment(segment: Segment): void {
  segment.users -= 1;
  if (segment.users > 0) return;
  if (find(segment.identity) === segment) mapped.delete(segment.identity);
  collected.unregister(segment);
  segmentTable.leave(segment.identity, true);
  collection.afterRelease(segment.byteLength);
}

function attachNew(state: SegmentState): Segment {
  const { identity, byteLength, kept, countersAt, addresses, buffer } = state;
  const { pid } = nativeBackend().currentThread();
  const origins = addresses.filter((address) => address.pid !== pid);
  // What another process keeps open is for us to close.
  const purpose = { kept: kept && addresses[0]?.pid === pid, countersAt };
  if (buffer) {
    const base = nativeBackend().baseOf(buffer);
    const descriptor = segmentTable.join(identity);
    return remember(
      new Segment({ identity, byteLength, ...purpose, descriptor, origins, buffer, base }),
    );
  }
  const opened = segmentTable.reopen(identity) ?? openAny(state);
  if (!opened) throw lostError();
  return map(opened, { ...purpose, kept: false }, origins);
}

/** A descriptor of our own, from the first sender that still has the segment. */
function openAny({ identity, addresses }: SegmentState): OpenSegment | undefined {
  for (const address of addresses) {
    const open = nativeBackend().openSegment(address);
    if (!open) continue;
    // The number may lead to something else by now.
    if (open.identity === identity) return open;
    nativeBackend().closeSegment(open.descriptor);
  }
  return undefined;
}

/** Maps first and registers then: a sweep closes what is registered and not mapped. */
function map(
  opened: OpenSegment,
  purpose: SegmentPurpose,
  origins: readonly DescriptorAddress[],
): Segment {
  const { identity, byteLength } = opened;
  try {
    collection.beforeMapping(byteLength);
    const mapping = nativeBackend().mapSegment(opened.descriptor, byteLength);
    const descriptor = segmentTable.add(opened, purpose.countersAt, purpose.kept);
    if (descriptor === undefined) {
      const limit = `this process has ${segmentLimit} open, which is the limit`;
      throw new SharedMemoryLimitError("cannot open shared memory of scope 'processes'", limit);
    }
    return remember(new Segment({ identity, byteLength, ...purpose, descriptor, origins, ...mapping }));
  } catch (error) {
    nativeBackend().closeSegment(opened.descriptor);
    throw error;
  }
}

function lostError(): ManycoreError {
  return new ManycoreError(
    'MANYCORE_SHARED_MEMORY',
    'this shared memory is gone: its sender ended, or closed it, before it was received, and no other process has it (or it belongs to another user)',
  );
}

function find(identity: string): Segment | undefined {
  return mapped.get(identity)?.deref();
}

function remember(segment: Segment): Segment {
  mapped.set(segment.identity, new WeakRef(segment));
  collected.register(segment, segment.identity, segment);
  return segment;
}
