import type { HostInfo } from '../protocol/messages.js';
import type { CallRecord } from './call-record.js';
import type { BegunCall, ClientTransport } from './client-transport.js';

/** So many calls are looked for in one round. */
const roundSize = 1000;

/** What an audit finds. */
export interface AuditFindings {
  /** Redis does not know the job, and no reply of it is on its way. */
  missing(call: CallRecord): void;
  /** A host has begun it, and its reply `begun` has not come: yet, or never. */
  begun(call: CallRecord, by: BegunCall): void;
  /** The host that began it is dead for a whole lease. */
  abandoned(call: CallRecord): void;
}

/**
 * Looks from time to time whether the calls that are not settled are still there: so that none waits forever,
 * whatever was lost. See protocol/README.md, "What a client does about losses".
 */
export class Audit {
  readonly #transport: ClientTransport;
  readonly #lease: number;
  readonly #findings: AuditFindings;
  #running = false;
  #again = false;

  constructor(transport: ClientTransport, lease: number, findings: AuditFindings) {
    this.#transport = transport;
    this.#lease = lease;
    this.#findings = findings;
  }

  /** One at a time; asked for during one, it is repeated. */
  async run(calls: () => Iterable<CallRecord>, hosts: readonly HostInfo[]): Promise<void> {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#again) {
        this.#again = false;
        const all = [...calls()].filter((call) => call.added && !call.settled);
        await this.#lookForBegun(all);
        this.#lookForHosts(all, hosts);
        for (let from = 0; from < all.length; from += roundSize) {
          await this.#lookFor(all.slice(from, from + roundSize));
        }
      }
    } catch {
      // Redis could not be asked: the next renewal comes with an audit.
    } finally {
      this.#running = false;
    }
  }

  async #lookFor(calls: readonly CallRecord[]): Promise<void> {
    const exist = await this.#transport.exist(calls.map(({ id }) => id));
    const missing = calls.filter((_, index) => exist[index] === false);
    if (missing.length === 0) return;
    // A job is removed after its answer was sent: that is here then.
    await this.#transport.delivered();
    await this.#lookForBegun(missing);
    for (const call of missing) {
      if (call.added && !call.settled) this.#findings.missing(call);
    }
  }

  async #lookForBegun(calls: readonly CallRecord[]): Promise<void> {
    if (calls.length === 0) return;
    const begun = await this.#transport.begun();
    for (const call of calls) {
      const by = begun.get(call.id);
      if (by && !call.settled) this.#findings.begun(call, by);
    }
  }

  #lookForHosts(calls: readonly CallRecord[], hosts: readonly HostInfo[]): void {
    const live = new Set(hosts.map(({ id }) => id));
    const now = performance.now();
    for (const call of calls) {
      if (call.host === undefined || live.has(call.host)) {
        call.hostMissingSince = undefined;
        continue;
      }
      call.hostMissingSince ??= now;
      if (now - call.hostMissingSince >= this.#lease) this.#findings.abandoned(call);
    }
  }
}
