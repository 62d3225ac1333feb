import { type Attempt, LockAttempt, type MutexRules, RawMutex, waitSync } from '@manycore/memory/internal';
import { Aborted, type End, fieldsOf, type ModelWords, type Operation, type Party } from '@manycore/model';
import { expect } from 'vitest';

export type Ending = 'done' | 'timed out' | 'aborted';

/**
 * Follows an attempt by the real blocking loop. `state` is what the operation depends on besides the attempt:
 * ways on which it is the same lead to one state.
 */
export function follow(
  memory: ModelWords,
  attempt: Attempt,
  { timeout = Infinity, state = '' }: { timeout?: number | undefined; state?: string } = {},
): Ending {
  memory.local = () => `${state} ${fieldsOf(attempt)}`;
  try {
    return waitSync(attempt, memory, timeout) ? 'done' : 'timed out';
  } catch (error) {
    if (error instanceof Aborted) return 'aborted';
    throw error;
  } finally {
    memory.local = undefined;
  }
}

export type Locked = 'taken' | 'recovered' | 'owner died' | 'timed out' | 'aborted';

/** The mutex of a primitive over the words of a model: the steps of `Mutex`, which needs real memory. */
export class ModelMutex {
  readonly #memory: ModelWords;
  readonly #raw: RawMutex;
  readonly #rules: MutexRules;
  readonly word: number;

  constructor(memory: ModelWords, word: number, rules: MutexRules = {}) {
    this.#memory = memory;
    this.#raw = new RawMutex(memory, word);
    this.#rules = rules;
    this.word = word;
  }

  acquire(options: { timeout?: number; recovering?: boolean; state?: string } = {}): Locked {
    const { timeout, recovering = false, state = '' } = options;
    if (this.#raw.tryLock()) return 'taken';
    const attempt = new LockAttempt(this.#memory, this.word, { ...this.#rules, recovering });
    const ending = follow(this.#memory, attempt, { timeout, state: `mutex ${state}` });
    if (ending !== 'done') return ending;
    if (attempt.deadOwner !== 0) return 'owner died';
    return attempt.recovered ? 'recovered' : 'taken';
  }

  /** The same in a call that has no signal here: an abort does not reach it. */
  acquireAnyhow(options: { recovering?: boolean; state?: string } = {}): Exclude<Locked, 'timed out' | 'aborted'> {
    for (;;) {
      const locked = this.acquire(options);
      if (locked !== 'timed out' && locked !== 'aborted') return locked;
    }
  }

  release(): void {
    const { self } = this.#memory;
    if (this.#memory.compareExchange(this.word, self, 0) === self) return;
    if (this.#raw.unlock() !== 'unlocked') throw new Error('released a mutex that is not held');
  }

  ownerDied(): boolean {
    const owner = this.#memory.load(this.word) & (2 ** 30 - 1);
    return owner !== 0 && !this.#memory.alive(owner);
  }

  /** The owner leaves it for another to recover: bit 31 says that the owner is dead. */
  abandon(): void {
    this.#memory.store(this.word, this.#memory.self | (1 << 31));
    this.#memory.notify(this.word, Infinity);
  }
}

export type Manner = Omit<Party, 'program'>;

/** A party that does this, one operation after the other. */
export function party(program: Operation | readonly Operation[], manner: Manner = {}): Party {
  return { program: typeof program === 'function' ? [program] : program, ...manner };
}

/** Every party has finished, or died. */
export function allEnd({ fates }: End): void {
  expect(fates).not.toContain('asleep');
}

/** The words of an attempt, for one that has a rule taken out. */
export function wordsOf(attempt: object): ModelWords {
  return Reflect.get(attempt, 'words') as ModelWords;
}
