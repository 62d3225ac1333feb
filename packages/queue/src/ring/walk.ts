import type { Geometry } from './geometry.js';
import * as at from './layout.js';
import type { Payload, RingMemory } from './ring-memory.js';

/**
 * Calls `visit` with the kind of each message that is in the ring, and the unit where its bytes begin. The
 * lock of the reading side is held.
 */
export function walkMessages(
  memory: RingMemory<Payload, unknown>,
  geometry: Geometry,
  visit: (kind: number, unit: number) => void,
): void {
  const end = at.positionOf(memory.load(at.tail));
  let position = memory.load(at.head);
  for (let left = geometry.filled(position, end); left > 0; ) {
    const unit = geometry.at(position);
    const flags = memory.flagsAt(unit);
    let units = geometry.units - unit;
    if ((flags & at.skipFlag) === 0) {
      const isFirst = (flags & at.firstFlag) !== 0;
      const more = isFirst && (flags & at.lastFlag) === 0 ? 1 : 0;
      units = geometry.occupied(unit, memory.lengthAt(unit), more, left);
      if (isFirst) visit(flags >>> at.kindShift, unit + 1 + more);
    }
    left -= units;
    position = geometry.advance(position, units);
  }
}
