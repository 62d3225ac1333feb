/** Which parties can reach a shared thing: the threads of one process, or other processes as well. */
export type Scope = 'threads' | 'processes';

/** Checks a `scope` argument that a caller may have given untyped; left out, it is `'threads'`. */
export function scopeOf(scope: unknown): Scope {
  if (scope === undefined || scope === 'threads') return 'threads';
  if (scope === 'processes') return scope;
  throw new TypeError(`scope must be 'threads' or 'processes', not ${JSON.stringify(scope)}`);
}

/**
 * A piece of memory that several threads or processes see, with the means to wait on its words. Every
 * primitive is written once over it. A block is a handle: it crosses by reference, never by copy.
 *
 * Keep the block, or its `words` or `bytes`, for as long as you use the memory: a view made from
 * `words.buffer` does not keep memory of scope 'processes' from being used for another block.
 */
export interface SharedBlock {
  readonly scope: Scope;
  /** The whole block as words; all zero at first. In scope 'processes' it begins on a cache line. */
  readonly words: Int32Array;
  /** The same memory as bytes. */
  readonly bytes: Uint8Array;
  readonly parker: Parker;
  readonly owners: Owners;
}

/** A wait that goes on in the background. */
export interface PendingWait {
  /** Settles when woken or when the time is over. Never rejects. */
  readonly settled: Promise<'ok' | 'timed-out'>;
  /**
   * Gives the wait up; `settled` then never settles by itself. For a caller that leaves without acting on a
   * wake-up (abort): a wake-up that this wait had received already, or was about to swallow, goes to
   * the other sleepers of the word, so the caller has nothing to pass on. Returns true when the wait
   * is known to have been woken before it was given up.
   */
  cancel(): boolean;
  /** Lets the event loop end while the wait goes on. At first a wait keeps it alive. */
  unref(): void;
  /** Keeps the event loop alive again. */
  ref(): void;
}

/** A wait for which there was no time. */
export function expiredWait(): PendingWait {
  const nothing = (): void => undefined;
  return {
    settled: Promise.resolve('timed-out'),
    cancel: () => false,
    unref: nothing,
    ref: nothing,
  };
}

/**
 * Waiting on a 32-bit word that others change. It is a futex: `wait` sleeps only if the word still
 * holds `expected`, and `notify` wakes sleepers. Wake-ups may be spurious: callers loop.
 *
 * A sleeper looks at its word every 50 ms by itself and ends its wait (`'ok'`) when the word no longer
 * holds `expected`. So a notifier that is killed between its change of the word and its `notify`, or a
 * wake-up that went to a thread which was terminated (or is blocked) before it could act, delays the
 * others by 50 ms and never forever, as long as the word has changed.
 */
export interface Parker {
  /** Blocks the calling thread while the word holds `expected`, for `timeout` milliseconds at most. */
  wait(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): 'ok' | 'not-equal' | 'timed-out';
  /** The same without blocking. A pending wait keeps the event loop alive, until `unref`. */
  waitAsync(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): PendingWait | 'not-equal';
  /** Wakes up to `count` sleepers of the word, blocked or pending; how many were woken. */
  notify(words: Int32Array, index: number, count: number): number;
}

/** How often a sleeper looks at its word by itself, in milliseconds. */
export const heartbeat = 50;

/**
 * Owners, and whether they still live. An owner is a thread: of this process (scope 'threads'),
 * or of any process that shares the memory (scope 'processes').
 */
export interface Owners {
  /** The id of the calling thread: positive, below 2 ** 30, never used again while a thread could ask. */
  self(): number;
  /** Whether the owner still lives; exact for killed processes, zombies and terminated threads. */
  alive(id: number): boolean;
}
