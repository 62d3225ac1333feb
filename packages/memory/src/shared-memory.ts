import { ManycoreError } from '@manycore/core';
import { defineInspection, type Destination, registerHandle } from '@manycore/core/internal';

import type { OpenSegment } from './native-backend.js';
import { nativeBackend } from './platform/native.js';
import type { Segment } from './processes/segment.js';
import {
  attachSegment,
  createSegment,
  mapOpen,
  releaseSegment,
  type SegmentState,
  segmentState,
} from './processes/segments.js';
import { type Scope, scopeOf } from './shared-block.js';
import { allocateBuffer, checkSegmentSize } from './size-limit.js';

/** What the constructor of `SharedMemory` takes. */
export interface SharedMemoryOptions {
  /** In bytes. */
  readonly size: number;
  /** By which other programs can attach to it. Then the scope is 'processes'. */
  readonly name?: string | undefined;
  /** Which parties can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
  readonly scope?: Scope | undefined;
}

/** What a SharedMemory consists of. */
type Contents =
  | { readonly scope: 'threads'; readonly buffer: SharedArrayBuffer }
  | { readonly scope: 'processes'; readonly segment: Segment };

type State = { readonly size: number; readonly name: string | undefined } & (
  | { readonly scope: 'threads'; readonly buffer: SharedArrayBuffer }
  | { readonly scope: 'processes'; readonly segment: SegmentState }
);

/**
 * Bytes that several threads or processes share. It crosses by reference: the receiver sees the
 * same bytes. With a `name` it is POSIX shared memory: other programs, such as Python's
 * `multiprocessing.shared_memory`, attach to it by the name, and the other way round.
 *
 * A name lasts until `unlink()`, or until the process that made it ends, however it ends. The memory
 * itself lasts until no process has it any more.
 *
 * A named memory is a file in /dev/shm, which no program may truncate: a process that touches what is no
 * longer there gets a SIGBUS, which ends it. Memory without a name is sealed: it cannot be truncated.
 *
 * @example
 * ```ts
 * import { SharedMemory } from '@manycore/memory';
 *
 * using memory = new SharedMemory({ size: 1024 });
 * const numbers = new Float64Array(memory.buffer, 0, 128);
 * numbers[0] = 3.14;
 * console.log(numbers.length, memory.size); // → 128 1024
 * ```
 */
export class SharedMemory implements Disposable {
  /** In bytes, as asked for. */
  readonly size: number;
  readonly name: string | undefined;
  readonly scope: Scope;
  /** Undefined once closed. */
  #contents: Contents | undefined;

  /**
   * Makes memory of `size` bytes, all zero.
   *
   * @throws RangeError when `size` is not a positive whole number; TypeError for a name in scope
   * 'threads', or one that is no file name; ManycoreError when the name is taken
   * (`MANYCORE_NAME_TAKEN`) or there is not that much memory (`MANYCORE_SHARED_MEMORY`);
   * ProcessesUnavailableError where scope 'processes' cannot be had.
   */
  constructor(options: SharedMemoryOptions) {
    const made = options instanceof Existing ? options : make(options);
    this.size = made.size;
    this.name = made.name;
    this.scope = made.contents.scope;
    this.#contents = made.contents;
    if (made.contents.scope === 'processes') made.contents.segment.users += 1;
  }

  /**
   * The memory that another process has made under a name.
   *
   * @throws ManycoreError when there is none (`MANYCORE_NAME_NOT_FOUND`); ProcessesUnavailableError
   * where scope 'processes' cannot be had.
   */
  static attach(name: string): SharedMemory {
    checkName(name);
    const segment = mapOpen(() => openNamed(name), named);
    return new this(
      new Existing(segment.byteLength, name, { scope: 'processes', segment }),
    );
  }

  /**
   * The memory, for any view: `new Float64Array(memory.buffer, 0, length)`. Always give the length: in
   * scope 'processes' the buffer is longer than `size`, and what follows is not shared. A view that is
   * made before `close()` stays valid.
   *
   * @throws ManycoreError (`MANYCORE_CLOSED`) after `close()`.
   */
  get buffer(): SharedArrayBuffer | ArrayBuffer {
    const contents = this.#open('use');
    return contents.scope === 'threads' ? contents.buffer : contents.segment.buffer;
  }

  /**
   * The memory as bytes, exactly `size` of them.
   *
   * @throws ManycoreError (`MANYCORE_CLOSED`) after `close()`.
   */
  get bytes(): Uint8Array {
    return new Uint8Array(this.buffer, 0, this.size);
  }

  /**
   * This object does not use the memory any more; others do. The memory goes back to the system when no
   * process has it and the last view of it is gone. What was sent before arrives all the same; but memory
   * with a name that has not been received arrives as an error. Closing again does nothing.
   */
  close(): void {
    const contents = this.#contents;
    this.#contents = undefined;
    if (contents?.scope === 'processes') releaseSegment(contents.segment);
  }

  /**
   * Removes the name: no process can attach by it any more, and those that have the memory keep it. To be
   * called once, by the last that uses the name; also after `close()`.
   *
   * @throws ManycoreError (`MANYCORE_NAME_NOT_FOUND`) when the name is gone already; TypeError when the
   * memory has no name.
   */
  unlink(): void {
    if (this.name === undefined) throw new TypeError('this shared memory has no name to unlink');
    nativeBackend().unlinkNamed(this.name);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(purpose: string): Contents {
    if (this.#contents) return this.#contents;
    const which = this.name === undefined ? '' : ` ${JSON.stringify(this.name)}`;
    throw new ManycoreError(
      'MANYCORE_CLOSED',
      `cannot ${purpose} the shared memory${which}: it was closed here`,
    );
  }

  static {
    defineInspection(this, (memory) => ({
      name: memory.name,
      size: memory.size,
      scope: memory.scope,
      closed: memory.#contents === undefined,
    }));
    registerHandle(this, {
      name: 'SharedMemory',
      module: import.meta.url,
      scope: (memory) => memory.scope,
      detach: (memory, to) => memory.#detach(to),
      attach: (state: State) => {
        const contents: Contents =
          state.scope === 'threads'
            ? { scope: 'threads', buffer: state.buffer }
            : { scope: 'processes', segment: attachSegment(state.segment) };
        return new this(new Existing(state.size, state.name, contents));
      },
    });
  }

  #detach(to: Destination): State {
    const { size, name } = this;
    const contents = this.#open('send');
    return contents.scope === 'threads'
      ? { size, name, ...contents }
      : { size, name, scope: 'processes', segment: segmentState(contents.segment, to) };
  }
}

/** Stands in for the options where the memory exists already. */
class Existing implements SharedMemoryOptions {
  readonly size: number;
  readonly name: string | undefined;
  readonly contents: Contents;

  constructor(size: number, name: string | undefined, contents: Contents) {
    this.size = size;
    this.name = name;
    this.contents = contents;
  }
}

function make({ size, name, scope }: SharedMemoryOptions): Existing {
  if (!Number.isSafeInteger(size) || size <= 0) {
    throw new RangeError(`size must be a positive whole number of bytes, not ${size}`);
  }
  if (name !== undefined) {
    checkName(name);
    checkSegmentSize(size, 0);
    if (scope === 'threads') {
      throw new TypeError(`a name is for other processes: leave it out, or set scope 'processes'`);
    }
    return new Existing(size, name, { scope: 'processes', segment: createNamed(name, size) });
  }
  const contents: Contents =
    scopeOf(scope) === 'threads'
      ? { scope: 'threads', buffer: allocateBuffer(size) }
      : { scope: 'processes', segment: createUnnamed(size) };
  return new Existing(size, undefined, contents);
}

/** Other programs lay out what has a name: it is exactly as long as asked for. */
const named = { kept: false, countersAt: undefined };

function openNamed(name: string): OpenSegment {
  const open = nativeBackend().openNamed(name);
  try {
    if (open.byteLength === 0) {
      throw new ManycoreError(
        'MANYCORE_SHARED_MEMORY',
        `the shared memory ${JSON.stringify(name)} has no bytes: its maker has not given it a size yet`,
      );
    }
    checkSegmentSize(open.byteLength, 0);
    return open;
  } catch (error) {
    nativeBackend().closeSegment(open.descriptor);
    throw error;
  }
}

/** The flight counters lie behind the bytes, on a cache line of their own. */
function createUnnamed(size: number): Segment {
  const line = 64;
  checkSegmentSize(size, 2 * line);
  const countersAt = Math.ceil(size / line) * line;
  return createSegment(countersAt + line, { kept: false, countersAt });
}

function createNamed(name: string, size: number): Segment {
  let isMade = false;
  const unmake = (): void => {
    if (isMade) nativeBackend().unlinkNamed(name);
    isMade = false;
  };
  try {
    return mapOpen(() => {
      // The second time, when there was no room to map the first.
      unmake();
      const open = nativeBackend().createNamed(name, size);
      isMade = true;
      return open;
    }, named);
  } catch (error) {
    // The caller has no object by which to unlink it.
    unmake();
    throw error;
  }
}

/** Throws a TypeError or RangeError that says why `name` cannot name a shared memory. */
function checkName(name: string): void {
  const given: unknown = name;
  if (typeof given !== 'string') {
    throw new TypeError(`the name of a shared memory must be a string, not ${typeof given}`);
  }
  const fault = faultOf(given);
  if (fault) throw new RangeError(`${JSON.stringify(given)} cannot name a shared memory: ${fault}`);
}

function faultOf(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it means a folder';
  if (name.includes('/')) return 'it contains a slash (leave out the one that shm_open wants in front)';
  if (name.includes('\0')) return 'it contains a NUL character';
  if (new TextEncoder().encode(name).length > 255) return 'it is longer than 255 bytes';
  return undefined;
}
