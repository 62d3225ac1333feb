import type { Channel } from './waiting/channel.js';

/** Where a value would come from. */
export interface Source {
  readonly channel: Channel;
  /** Aborts when waiting for it is in vain, because this thread closed its own end. */
  readonly closing?: AbortSignal;
}

/** What `waitAny` can wait on: a queue or a connection. */
export abstract class Readable {
  /** Told from other objects by this. */
  declare protected readonly isReadable: true;

  /** @internal What to wait on; throws what getting a value would throw, if that is clear now. */
  protected abstract source(): Source;

  /** @internal For `waitAny`. */
  static sourceOf(readable: Readable): Source {
    return readable.source();
  }
}
