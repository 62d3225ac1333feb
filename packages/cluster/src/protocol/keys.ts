/**
 * The names of everything in Redis, by queue. The braces keep the keys of a queue in one slot of a Redis
 * Cluster, because scripts work on several of them.
 */
export class Keys {
  readonly queue: string;
  /** BullMQ's `prefix`. */
  readonly prefix: string;

  constructor(queue: string) {
    this.queue = queue;
    this.prefix = `{manycore:${queue}}`;
  }

  /** BullMQ's hash of a job. */
  job(call: string): string {
    return `${this.prefix}:${this.queue}:${call}`;
  }

  /** BullMQ's key that wakes idle workers. */
  get marker(): string {
    return `${this.prefix}:${this.queue}:marker`;
  }

  /** Exists while a client lives. */
  client(id: string): string {
    return `${this.prefix}:client:${id}`;
  }

  /** The stream of what worker hosts tell a client. */
  replies(client: string): string {
    return `${this.prefix}:replies:${client}`;
  }

  /** Which calls of a client were begun and not answered: by call, the number of the start and the host. */
  begun(client: string): string {
    return `${this.prefix}:begun:${client}`;
  }

  /** The names that a worker host can run, each with its version: see `knownName`. */
  knows(host: string): string {
    return `${this.prefix}:knows:${host}`;
  }

  /** The ids of worker hosts, some of which may be dead. */
  get hosts(): string {
    return `${this.prefix}:hosts`;
  }

  /** Exists while a worker host lives: its `HostInfo`, as JSON. */
  host(id: string): string {
    return `${this.prefix}:host:${id}`;
  }

  /** The stream of what clients tell a worker host. */
  control(host: string): string {
    return `${this.prefix}:control:${host}`;
  }

  /** Exists when a call was answered not long ago. */
  answered(call: string): string {
    return `${this.prefix}:answered:${call}`;
  }

  /** The answer of a call that has a key of its own: one of `enqueue`, or with an `idempotencyKey`. */
  result(call: string): string {
    return `${this.prefix}:result:${call}`;
  }

  /** The reply streams of the clients that wait for such an answer. */
  waiters(call: string): string {
    return `${this.prefix}:waiters:${call}`;
  }
}

/** A name of a function and its version, as a host's `knows` has them. */
export function knownName(name: string, version: string): string {
  return `${name}\n${version}`;
}
