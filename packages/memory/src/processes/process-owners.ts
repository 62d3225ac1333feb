import { nativeBackend } from '../platform/native.js';
import type { WakePipeReader } from '../native-backend.js';
import { OwnerTable } from '../owners/owner-table.js';
import type { Owners } from '../shared-block.js';
import { onThreadExit, type ThreadResource } from '../platform/node.js';
import { AtomicView } from '../words.js';
import { wakePipe } from './wait-table/wake-pipe.js';

/** What the table says of an owner. A wake pipe's descriptor of 0: none so far (else it is one higher). */
const [pidField, tidField, startedField, wakePipeField, tagField] = [0, 1, 2, 3, 4] as const;

/** The threads that use a segment, of whichever process, as owners. */
export class ProcessOwners implements Owners, ThreadResource {
  readonly #table: OwnerTable;
  /** 0 until this thread owned something, or waited, for the first time. */
  #self = 0;

  /** Over words of the segment. */
  constructor(words: Int32Array) {
    this.#table = new OwnerTable(new AtomicView(words), (field) =>
      nativeBackend().threadAlive({
        pid: field(pidField),
        tid: field(tidField),
        started: field(startedField),
      }),
    );
  }

  self(): number {
    if (this.#self === 0) {
      const { pid, tid, started } = nativeBackend().currentThread();
      this.#self = this.#table.register([pid, tid, started, 0, 0]);
      onThreadExit(this);
    }
    return this.#self;
  }

  alive(id: number): boolean {
    return id === this.#self ? id !== 0 : this.#table.alive(id);
  }

  threadExits(): void {
    this.#table.clear(this.#self);
  }

  /** Where signals for this thread go from now on. */
  receiveAt(reader: WakePipeReader): void {
    const self = this.self();
    this.#table.setField(self, tagField, reader.tag);
    this.#table.setField(self, wakePipeField, reader.descriptor + 1);
  }

  /** Makes the owner's event loop look; false when it is gone. */
  signal(id: number): boolean {
    const descriptor = this.#table.field(id, wakePipeField) - 1;
    const tag = this.#table.field(id, tagField);
    const pid = this.#table.field(id, pidField);
    return this.#table.has(id) && wakePipe.signal({ pid, descriptor }, tag);
  }
}
