import { EventCount } from '@manycore/memory/internal';

import { claimed, freed, tail, waiters } from './layout.js';
import { RingError } from './ring-error.js';
import type { RingMemory } from './ring-memory.js';

/** The reading side of a ring: the only one. README.md beside this file explains the protocol. */
export class RingConsumer<In> {
  readonly #memory: RingMemory<never, In>;
  readonly events: EventCount;

  constructor(memory: RingMemory<never, In>) {
    this.#memory = memory;
    this.events = new EventCount(memory, waiters);
  }

  /** Whether there is a record to claim. */
  get hasRecords(): boolean {
    return this.#memory.load(claimed) !== this.#memory.load(tail);
  }

  /** Claims the next record: the producer cannot recall it any more. Undefined when there is none. */
  claim(): In | undefined {
    const memory = this.#memory;
    for (;;) {
      const at = memory.load(claimed);
      const filled = (memory.load(tail) - at) | 0;
      if (filled === 0) return undefined;
      const unit = at & (memory.units - 1);
      // Of a record that was recalled meanwhile this is anything; the next step fails then.
      const found = memory.unitsAt(unit);
      const units = Math.abs(found);
      const next = (at + units) | 0;
      if (memory.compareExchange(claimed, at, next) !== at) continue;
      if (filled < 0 || units === 0 || units > filled || units > memory.units - unit) {
        throw new RingError('a record has no length that it can have');
      }
      // What was recalled before it is not copied by anybody.
      if (memory.load(freed) !== at) memory.store(freed, at);
      const record = found > 0 ? memory.copyOut(unit, units) : undefined;
      memory.store(freed, next);
      if (found > 0) return record;
    }
  }
}
