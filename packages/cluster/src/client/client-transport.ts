import type { ControlMessage, HostInfo, ReplyMessage } from '../protocol/messages.js';
import type { LeaseState } from './client-lease.js';
import type { NewJob } from './job-queue.js';

/**
 * What carries the calls of a client to worker hosts, and their replies back. `RedisTransport` is the one there
 * is; nothing above it knows Redis.
 */
export interface ClientTransport {
  /** Resolves when the job is safe; it may have been begun by then. Twice the same job is one job. */
  add(job: NewJob): Promise<void>;
  /** Takes a job back; true as well when there is none. False when a host has it. */
  remove(id: string): Promise<boolean>;
  /** Tells a host to stop a call. */
  stop(host: string, message: ControlMessage): Promise<void>;
  /** Which of the jobs are there: waiting, or begun and not answered. */
  exist(ids: readonly string[]): Promise<readonly boolean[]>;
  /** The calls of this client that hosts have begun and not answered. */
  begun(): Promise<ReadonlyMap<string, BegunCall>>;
  /** Resolves when every reply that was sent before has been delivered. */
  delivered(): Promise<void>;
  hosts(): Promise<HostInfo[]>;
  counts(): Promise<{ readonly waiting: number; readonly active: number }>;
  /** Delivers the answer of a call that is kept, now or when it comes. False when the call is not known. */
  attach(call: string, keep: number): Promise<boolean>;
  /** Ends the connection. What this client still has waiting is dropped by the hosts. */
  close(): Promise<void>;
}

/** Where a call runs. */
export interface BegunCall {
  readonly host: string;
  /** 1 for its first start. */
  readonly start: number;
}

/** What a transport tells. */
export interface TransportEvents {
  reply(message: ReplyMessage): void;
  /** The client's lease was renewed; `kept` unless hosts took it for dead meanwhile. */
  renewed(state: LeaseState): void;
  /** Nothing can be sent, and will not by itself. */
  refused(error: Error): void;
  /** It can be sent. */
  accepted(): void;
}
