import { promiseHooks } from 'node:v8';

/*
 * What sync needs of the platform. Everything else in the package is plain JavaScript.
 */

/** What happens to the promises of this thread. */
export interface PromiseEvents {
  /** A promise was made; for an `await` or a `then`, `parent` is the promise that it follows. */
  init(promise: object, parent: object | undefined): void;
  /** What follows a promise begins to run. */
  before(promise: object): void;
  /** It has run, up to its next `await`. */
  after(promise: object): void;
  settled(promise: object): void;
}

/** Reports what happens to all promises of this thread from now on. */
export function watchPromises(events: PromiseEvents): void {
  promiseHooks.createHook({
    init: (promise, parent: object | undefined) => events.init(promise, parent),
    before: (promise) => events.before(promise),
    after: (promise) => events.after(promise),
    settled: (promise) => events.settled(promise),
  });
}
