import type { CallRecord } from './call-record.js';
import type { ClientTransport } from './client-transport.js';

/**
 * Takes back calls that are settled before their answer. A call that waits is removed. One that a host has is
 * stopped there, as soon as it is known which host: its reply `begun` is on its way.
 */
export class Withdrawal {
  readonly #transport: ClientTransport;
  readonly #withdrawn: (call: CallRecord) => void;

  /** `withdrawn` is called when nothing is left of a call. */
  constructor(transport: ClientTransport, withdrawn: (call: CallRecord) => void) {
    this.#transport = transport;
    this.#withdrawn = withdrawn;
  }

  /** Never throws: what cannot be told to Redis now, hosts find out when the lease of this client runs out. */
  of(call: CallRecord): void {
    const { host, id, stop = 'aborted' } = call;
    const step =
      host === undefined
        ? this.#transport.remove(id).then((removed) => {
            if (removed) this.#withdrawn(call);
          })
        : this.#transport.stop(host, { call: id, why: stop });
    step.catch(() => undefined);
  }
}
