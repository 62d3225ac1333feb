import type { SharedBlock } from '@manycore/memory';
import { BlockWords } from '@manycore/memory/internal';
import { type OutgoingMemory, textMemory } from '@manycore/queue/internal';

import { unitBytes } from './layout.js';
import { type IncomingRecord, type OutgoingRecord, readRecord, unitsOf } from './record.js';
import type { RingMemory } from './ring-memory.js';

/** A ring in a block of shared memory. */
export class BlockRing extends BlockWords implements RingMemory<OutgoingRecord, IncomingRecord> {
  readonly units: number;
  /** Where the values of its records may lie. */
  overflow: OutgoingMemory | undefined;
  readonly #memory: OutgoingMemory;
  /** The records, as words. */
  readonly #records: Int32Array;

  /** Its control words begin at byte `control` of the block, its records at byte `from`. */
  constructor(block: SharedBlock, control: number, controlWords: number, from: number, byteLength: number) {
    super(block, control, controlWords);
    this.units = byteLength / unitBytes;
    const bytes = block.bytes.subarray(from, from + byteLength);
    const { buffer, byteOffset } = bytes;
    const doubles = new Float64Array(buffer, byteOffset, byteLength / 8);
    this.#records = new Int32Array(buffer, byteOffset, byteLength / 4);
    this.#memory = { bytes, doubles, text: textMemory(bytes) };
  }

  unitsAt(unit: number): number {
    return unitsOf(this.#records[unit * (unitBytes / 4)] ?? 0);
  }

  writeGap(unit: number, units: number): void {
    this.#records[unit * (unitBytes / 4)] = -units;
  }

  copyIn(unit: number, record: OutgoingRecord): void {
    record.write(this.#memory, this.#records, unit * unitBytes, this.overflow);
  }

  copyOut(unit: number, units: number): IncomingRecord {
    return readRecord(this.#memory, this.#records, unit * unitBytes, units * unitBytes, this.overflow);
  }
}
