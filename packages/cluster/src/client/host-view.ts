import { emitWarning } from '../platform/node.js';
import type { HostInfo } from '../protocol/messages.js';
import type { ClusterSettings } from '../options/connection.js';
import type { ClientTransport } from './client-transport.js';

/** How many tasks are taken to run at a time before a host was seen. */
const assumedSlots = 8;

/** How long (ms) calls may wait without a host before a warning says so: hosts take a while to start. */
const patience = 10_000;

/** The worker hosts, as a client last saw them. */
export class HostView {
  readonly #transport: ClientTransport;
  readonly #settings: ClusterSettings;
  #known: readonly HostInfo[] = [];
  #missingSince: number | undefined;
  #warned = false;

  constructor(transport: ClientTransport, settings: ClusterSettings) {
    this.#transport = transport;
    this.#settings = settings;
  }

  get known(): readonly HostInfo[] {
    return this.#known;
  }

  /** How many tasks they run at a time. */
  get slots(): number {
    const able = this.#known.filter(({ closing, version }) => !closing && version === this.#settings.version);
    return able.reduce((sum, { slots }) => sum + slots, 0) || assumedSlots;
  }

  /** Looks again. Never rejects: what Redis does not tell stays as it was. */
  async look(): Promise<readonly HostInfo[]> {
    try {
      this.#known = await this.#transport.hosts();
    } catch {
      // The next renewal looks again.
    }
    return this.#known;
  }

  /** Warns once when calls have waited for long, and there is no host to run them. */
  warnIfNone(callsWait: boolean, pool: string): void {
    if (this.#known.length > 0 || !callsWait) {
      this.#missingSince = undefined;
      return;
    }
    const now = performance.now();
    this.#missingSince ??= now;
    if (this.#warned || now - this.#missingSince < Math.max(this.#settings.lease, patience)) return;
    this.#warned = true;
    const { queue } = this.#settings;
    emitWarning(
      new Error(`${pool}: calls wait, and no worker host serves the queue ${queue}; start npx manycore-worker`),
    );
  }
}
