import type { Attempt, Words } from '@manycore/memory/internal';

/*
 * The words of a condition. All but `noticesWord` are written only by the owner of the condition's lock.
 */

/** Notices that no waiter has taken yet: each lets one waiter go. Sleepers sleep on this word. */
export const noticesWord = 0;

/** Tickets below this one may take a notice: those that waited when the last one was given. */
const limitWord = 1;

/** The next waiter's ticket. */
export const ticketWord = 2;

/** How many wait, including those that died while they waited. */
export const waitersWord = 3;

export const conditionWords = 4;

/** How often a sleeper checks whether an owner died that held the lock, in milliseconds. */
const recheck = 100;

/** What a sleeper has to know of the condition's lock. */
export interface LockView {
  /** Whether the owner of the lock died while it held the lock. May be a system call. */
  ownerDied(): boolean;
}

/** A condition in shared words, without the waiting. Every method is called by the owner of the lock. */
export class RawCondition {
  readonly #words: Words;

  constructor(words: Words) {
    this.#words = words;
  }

  /** How many wait at this moment, including those that died while they waited. May be called by any thread. */
  get waiting(): number {
    return this.#words.load(waitersWord);
  }

  /** Begins a wait: the ticket of the waiter. Afterwards the caller releases the lock. */
  enlist(): number {
    const ticket = this.#words.add(ticketWord, 1);
    this.#words.add(waitersWord, 1);
    return ticket;
  }

  /**
   * Takes a notice if there is one for this waiter; whether there was. A waiter that has taken one, or that
   * leaves anyhow, is counted no more.
   */
  settle(ticket: number, leaving: boolean): boolean {
    const words = this.#words;
    const notified = words.load(noticesWord) > 0 && isEligible(ticket, words.load(limitWord));
    if (notified) words.add(noticesWord, -1);
    if (notified || leaving) words.add(waitersWord, -1);
    return notified;
  }

  /** Lets up to `most` of those go that wait now. */
  notify(most: number): void {
    const words = this.#words;
    const notices = Math.min(most, words.load(waitersWord) - words.load(noticesWord));
    if (notices <= 0) return;
    words.store(limitWord, words.load(ticketWord));
    words.add(noticesWord, notices);
    words.notify(noticesWord, notices);
  }
}

/**
 * Ends when there seems to be a notice to take, or when the lock is lost: in both cases the lock is to be
 * acquired again. To be followed without holding the lock.
 */
export class ConditionAttempt implements Attempt {
  readonly word: number = noticesWord;
  readonly limit: number = recheck;
  readonly owner = 0;
  expected = 0;
  // Not `#private`: the model checker reads the fields.
  private readonly words: Words;
  private readonly lock: LockView;
  private readonly ticket: number;
  /** It slept for so long that the lock's owner is to be checked. */
  private suspicious = false;

  constructor(words: Words, lock: LockView, ticket: number) {
    this.words = words;
    this.lock = lock;
    this.ticket = ticket;
  }

  poll(): boolean {
    // The notices before the limit: a notifier raises the limit first.
    this.expected = this.words.load(noticesWord);
    if (this.expected !== 0 && isEligible(this.ticket, this.words.load(limitWord))) return true;
    if (!this.suspicious) return false;
    this.suspicious = false;
    return this.lock.ownerDied();
  }

  woke(timedOut: boolean): void {
    this.suspicious ||= timedOut;
  }

  waitedLong(): void {
    // Which waiter goes is up to the notifier.
  }
}

/** Whether the waiter with this ticket was there when the last notice was given. Tickets wrap around. */
function isEligible(ticket: number, limit: number): boolean {
  return ((ticket - limit) | 0) < 0;
}
