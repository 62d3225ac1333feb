/** How another process finds a descriptor: by the process that has it open, and its number there. */
export interface DescriptorAddress {
  readonly pid: number;
  readonly descriptor: number;
}

/** An open segment: memory in whole pages that any process of the same user can map. */
export interface OpenSegment {
  readonly descriptor: number;
  readonly byteLength: number;
  /**
   * The same in every process that has this segment open, and for no other segment as long as it exists: two
   * whole numbers below 2 ** 32 and 2 ** 64, as `device:inode`.
   */
  readonly identity: string;
}

/** A segment in this thread's address space. */
export interface Mapping {
  /** Unmapped by the garbage collector, when no view is left. */
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  /** Where the buffer begins. */
  readonly base: number;
}

/** A thread as every process of the machine knows it: three words that name it forever. */
export interface ThreadIdentity {
  readonly pid: number;
  readonly tid: number;
  /** When it started, in clock ticks since boot, low 32 bits: ids return. */
  readonly started: number;
}

/** Where other threads and processes leave signals for the event loop of this one. */
export interface WakePipeReader extends DescriptorAddress {
  /** Tells this wake pipe from whatever has the same descriptor number later. */
  readonly tag: number;
}

/** The sending side of another thread's wake pipe. */
export interface WakePipeWriter {
  /** Makes the other side's event loop look; false when there is no such thread any more. */
  signal(): boolean;
  close(): void;
}

/**
 * What scope 'processes' needs of a platform, and all it needs. All calls are synchronous; only `wait`
 * blocks. Failures are thrown as `ManycoreError`, and as
 * `SharedMemoryLimitError` where a limit of the system was met.
 */
export interface NativeBackend {
  /** Makes a segment, all zero, that can never shrink (a shrunken one would kill a process that touches it). */
  createSegment(byteLength: number): OpenSegment;
  /**
   * A new descriptor for a segment that a process has open; undefined when that process, or the descriptor,
   * is gone, or belongs to another user.
   */
  openSegment(address: DescriptorAddress): OpenSegment | undefined;
  closeSegment(descriptor: number): void;
  /** Maps an open segment. The mapping outlives the descriptor. */
  mapSegment(descriptor: number, byteLength: number): Mapping;
  /** How many segments this process may have open, if it has nothing else open. */
  segmentLimit(): number;
  /** Copies bytes of an open segment, from byte `at` on, without mapping it. */
  readSegment(descriptor: number, into: Uint8Array, at: number): void;
  /** Opens what `mappedSegments` reads: at the limit of descriptors there would be none left for it. */
  openMappings(): number;
  /** The identities of all segments that some thread of this process has mapped. */
  mappedSegments(mappings: number): ReadonlySet<string>;
  /** Where a buffer that another thread mapped begins. */
  baseOf(buffer: SharedArrayBuffer): number;

  /**
   * Makes a segment with a name, which other programs can open by it. The name goes when `unlinkNamed`
   * is called or this process ends, however it ends. Throws when the name is taken.
   */
  createNamed(name: string, byteLength: number): OpenSegment;
  /** Opens a segment by its name. Throws when there is none. */
  openNamed(name: string): OpenSegment;
  /** Removes a name; processes that have the segment open keep it. Throws when there is none. */
  unlinkNamed(name: string): void;

  /**
   * Blocks while the 32-bit word at the address holds `expected`, for `timeout` ms at most, which are no
   * more than a heartbeat. Wake-ups may be spurious.
   */
  wait(address: number, expected: number, timeout: number): 'ok' | 'not-equal' | 'timed-out';
  /** Wakes up to `count` threads that are blocked on the word, in whichever process; how many. */
  wake(address: number, count: number): number;

  /** The calling thread. */
  currentThread(): ThreadIdentity;
  /** Whether the thread lives: not ended, not a zombie, not another one with the same id. */
  threadAlive(thread: ThreadIdentity): boolean;

  /**
   * Opens the wake pipe of this thread, which does not keep its event loop alive. `onSignal` runs once for
   * one or more signals.
   */
  openWakePipe(onSignal: () => void): WakePipeReader;
  /** The sending side of a wake pipe; undefined when there is no such wake pipe any more. */
  openWakePipeWriter(address: DescriptorAddress, tag: number): WakePipeWriter | undefined;
}
