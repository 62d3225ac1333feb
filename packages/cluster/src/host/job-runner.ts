import { ProtocolError, TargetNotFoundError, WorkerDiedError } from '@manycore/core';
import type { Pool } from '@manycore/pool';
import { encodeBytes } from '@manycore/queue/internal';
import { type Job, WaitingError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ServeSettings } from '../options/serve-options.js';
import { asBuffer, newId, sendTogether } from '../platform/node.js';
import { traceStart } from '../platform/tracing.js';
import { liveHosts } from '../protocol/hosts.js';
import type { Keys } from '../protocol/keys.js';
import { type AnswerStatus, checkJob, type HostInfo, type JobData, parseHost } from '../protocol/messages.js';
import type { Report } from '../protocol/report.js';
import { NotBegun } from '../protocol/scripts.js';
import { isTaken, Taken } from '../protocol/take-script.js';
import type { Commands } from '../redis/commands.js';
import { callMessage, readAnswerMessage } from '../worker/worker-message.js';
import type { Catalogue } from './catalogue.js';
import { RunningCall, type StopReason } from './running-call.js';

/** So many leases long, but at least a minute, late copies of a call that was answered are refused. */
const guardLeases = 6;
const leastGuard = 60_000;

/** How long (ms) a host waits after it refused a call, so that others get it first. */
const refusalPause = 20;

/** A call that has run for so long (ms) is told to its client as begun; the answer of a shorter one tells it. */
const begunDelay = 10;

/** How long (ms) a host waits before it sends an answer again that Redis did not take. */
const answerPause = 200;

/** So many messages that stop calls which this host does not have yet are remembered. */
const earlyStops = 1000;

const target = { module: new URL('./worker.js', import.meta.url), name: 'runCall' };

/** What a job runner needs of its host. */
export interface RunnerHost {
  readonly id: string;
  readonly place: string;
  readonly settings: ServeSettings;
  readonly keys: Keys;
  readonly redis: Redis;
  readonly commands: Commands;
  readonly catalogue: Catalogue;
  readonly pool: Pool;
}

/** How BullMQ handed out a job. */
interface Taking {
  readonly job: Job;
  readonly token: string | undefined;
  /** The module of its function. */
  readonly module: string;
  /** Its start was counted with it. */
  readonly isBegun: boolean;
}

interface Ending {
  readonly status: AnswerStatus;
  readonly bytes: Uint8Array;
}

/** Runs the jobs that a host takes: see protocol/README.md, "A start". */
export class JobRunner {
  readonly #host: RunnerHost;
  readonly #running = new Map<string, RunningCall>();
  /** Calls that were answered, with what resolves when Redis has taken the answer. */
  readonly #answering = new Map<string, Promise<void>>();
  /** Calls that were stopped before this host knew that it has them. */
  readonly #early = new Map<string, StopReason>();
  #finished = 0;
  #wasAway = false;
  #reconnectedAt = Number.NEGATIVE_INFINITY;

  constructor(host: RunnerHost) {
    this.#host = host;
    host.redis.on('close', () => {
      this.#wasAway = true;
    });
    host.redis.on('ready', () => {
      if (this.#wasAway) this.#reconnectedAt = performance.now();
    });
  }

  get running(): ReadonlyMap<string, RunningCall> {
    return this.#running;
  }

  /** The calls that this host runs, or has run and not answered yet. */
  get calls(): string[] {
    return [...this.#running.keys(), ...this.#answering.keys()];
  }

  get finished(): number {
    return this.#finished;
  }

  /** BullMQ's processor: a job whose promise resolves is removed, and one whose promise rejects is started again. */
  async process(job: Job, token: string | undefined): Promise<void> {
    const { catalogue, settings } = this.#host;
    const id = job.id ?? '';
    const data = checkJob(job.data);
    const module = data && catalogue.find(data.name, data.version);
    if (!data || module === undefined) {
      await this.#refuse(job, id, token, data);
      return;
    }
    const known = this.#running.get(id);
    if (known) {
      // Its lock ran out while Redis was away, and BullMQ has handed it out again: to this host.
      await known.done;
      return;
    }
    const answering = this.#answering.get(id);
    if (answering) {
      await answering;
      return;
    }
    const isBegun = isTaken(job.progress, Taken.begun);
    if (!isBegun && job.attemptsStarted > 1 && (await this.#runsElsewhere(id))) {
      await this.#giveBack(job, token, settings.lease / 10);
    }
    // Before the client can know of it: its abort may come at once.
    const call = new RunningCall(id, data.client);
    this.#running.set(id, call);
    const early = this.#early.get(id);
    if (early !== undefined) call.stop(early);
    try {
      await this.#run(call, data, { job, token, module, isBegun });
    } finally {
      call.finish();
      this.#running.delete(id);
      this.#finished += 1;
    }
  }

  /** Stops a call that this host has, or has taken and not seen yet. */
  stop(id: string, why: StopReason): void {
    const call = this.#running.get(id);
    if (call) {
      call.stop(why);
      return;
    }
    this.#early.set(id, why);
    const [oldest] = this.#early.keys();
    if (this.#early.size > earlyStops && oldest !== undefined) this.#early.delete(oldest);
  }

  /** Whether a call that this host runs has been answered, or begun by another one. */
  async isElsewhere(id: string): Promise<boolean> {
    const { keys, redis, id: host } = this.#host;
    const [last, answered] = await Promise.all([
      redis.hget(keys.job(id), 'host'),
      redis.exists(keys.answered(id)),
    ]);
    return answered === 1 || (last !== null && last !== host);
  }

  /** Whether the host that began it last is alive, and runs it. */
  async #runsElsewhere(id: string): Promise<boolean> {
    const last = await this.#lastHost(id);
    return last?.calls.includes(id) === true;
  }

  /** The host that began it last; undefined when that is dead. */
  async #lastHost(id: string): Promise<HostInfo | undefined> {
    const { keys, redis } = this.#host;
    const last = await redis.hget(keys.job(id), 'host');
    const info = last === null ? null : await redis.get(keys.host(last));
    return info === null ? undefined : parseHost(info);
  }

  /** Whether the host of its last start may still answer it: that lives, or may not have reconnected yet. */
  async #mayBeAnswered(id: string): Promise<boolean> {
    if (performance.now() - this.#reconnectedAt < this.#host.settings.lease) return true;
    return (await this.#lastHost(id)) !== undefined;
  }

  async #run(call: RunningCall, data: JobData, { job, token, module, isBegun }: Taking): Promise<void> {
    const start = isBegun ? 1 : await this.#begin(call.id, data);
    if (start === NotBegun.exhausted) {
      if (await this.#mayBeAnswered(call.id)) await this.#giveBack(job, token, this.#host.settings.lease / 10);
      this.#answer(call.id, data, { status: 'died', bytes: errorBytes(this.#hostLost(data)) });
      return;
    }
    if (start < 0) return;
    const since = performance.now();
    const { name, trace } = data;
    const started = { call: call.id, name, start, pool: trace?.pool, id: trace?.id, carrier: trace?.carrier };
    const telling = isBegun ? setTimeout(() => this.#tellBegun(call), begunDelay) : undefined;
    const ending = await traceStart(started, () => this.#outcome(call, data, { module, start }));
    clearTimeout(telling);
    if (!ending) return;
    if ((ending.status === 'failed' || ending.status === 'died') && start < data.starts) {
      this.#endStart(call.id);
      throw new Error(`start ${start} of ${data.starts} ${ending.status}`);
    }
    this.#answer(call.id, data, ending, { start, ran: performance.now() - since });
  }

  /** Before BullMQ's command that gives the job back, on the same connection. */
  #endStart(id: string): void {
    const { keys, redis } = this.#host;
    redis.hdel(keys.job(id), 'host').catch(() => undefined);
  }

  #tellBegun({ id, client }: RunningCall): void {
    if (client === undefined) return;
    const { keys, redis, id: host } = this.#host;
    const reply = JSON.stringify({ kind: 'begun', call: id, host, start: 1 });
    redis.xadd(keys.replies(client), 'NOMKSTREAM', '*', 'h', reply).catch(() => undefined);
  }

  /** Passes on what the task of a call tells. */
  report(id: string, report: Report): void {
    const { keys, place, redis } = this.#host;
    const client = this.#running.get(id)?.client;
    if (client === undefined) return;
    const reply = JSON.stringify({ kind: 'report', call: id, host: place });
    const bytes = asBuffer(encodeBytes(report, 'report'));
    redis.xadd(keys.replies(client), 'NOMKSTREAM', '*', 'h', reply, 'v', bytes).catch(() => undefined);
  }

  #begin(id: string, data: JobData): Promise<number> {
    const { keys, id: host } = this.#host;
    const client = data.client ?? '';
    const begun = JSON.stringify({ kind: 'begun', call: id, host, start: 0 }).replace(/0\}$/, '');
    return this.#host.commands.begin(
      [keys.job(id), keys.client(client), keys.answered(id), keys.replies(client), keys.begun(client)],
      [data.client === undefined ? '0' : '1', data.starts, begun, JSON.stringify({ kind: 'dropped', call: id }), host, newId(), id],
    );
  }

  /** How the call ended here; undefined when nobody wants to know it of this host. */
  async #outcome(
    call: RunningCall,
    data: JobData,
    { module, start }: { readonly module: string; readonly start: number },
  ): Promise<Ending | undefined> {
    const { name, shape, offset, wantsPartial } = data;
    const { maxPayload } = this.#host.settings;
    const reports = data.reports ? call.id : undefined;
    const header = { module, name, shape, offset, wantsPartial, start, maxPayload, reports };
    try {
      const message = callMessage(header, data.values);
      return readAnswerMessage((await this.#host.pool.apply(target, [message], { signal: call.signal })) as Uint8Array);
    } catch (error) {
      if (call.stopped === 'lease-lost') return undefined;
      // Its client has settled it. The answer keeps late copies of it from being run.
      if (call.stopped !== undefined) return { status: 'fatal', bytes: errorBytes(error) };
      if (error instanceof WorkerDiedError) return { status: 'died', bytes: errorBytes(this.#workerDied(error, name)) };
      return { status: 'died', bytes: errorBytes(error) };
    }
  }

  /** Does not wait: BullMQ's command that removes the job follows on the same connection, and is done after this. */
  #answer(id: string, data: JobData, { status, bytes }: Ending, { start, ran } = { start: 0, ran: 0 }): void {
    const { keys, id: host, settings, redis } = this.#host;
    const reply = JSON.stringify({ kind: 'answer', call: id, host, status, start, ran });
    const guard = Math.max(settings.lease * guardLeases, leastGuard, data.keep ?? 0);
    const client = data.client ?? '';
    sendTogether(redis);
    const sent = this.#send(
      [keys.answered(id), keys.replies(client), keys.result(id), keys.waiters(id), keys.begun(client)],
      [reply, asBuffer(bytes), guard, data.keep ?? '', id],
    );
    this.#answering.set(id, sent);
    void sent.then(() => this.#answering.delete(id));
  }

  /** Redis may refuse it for a while: its memory is full, or it became a replica. */
  async #send(keys: readonly string[], args: Parameters<Commands['answer']>[1]): Promise<void> {
    for (;;) {
      try {
        await this.#host.commands.answer(keys, args);
        return;
      } catch {
        if (this.#host.redis.status === 'end') return;
        await pause(answerPause);
      }
    }
  }

  /** Leaves the call to hosts that know its function; when there was none for a whole lease, its caller learns it. */
  async #refuse(job: Job, id: string, token: string | undefined, data: JobData | undefined): Promise<void> {
    const { keys, redis, commands, settings } = this.#host;
    const [since, hosts] = await Promise.all([commands.refuse([keys.job(id)], []), liveHosts(redis, keys)]);
    const isKnown = data !== undefined && hosts.some(({ version, names }) => version === data.version && names.includes(data.name));
    if (!isKnown && since >= settings.lease) {
      if (!data) {
        const error = new ProtocolError('no worker host understands the call: they run another version of manycore');
        this.#answer(id, job.data as JobData, { status: 'fatal', bytes: errorBytes(error) });
        return;
      }
      this.#answer(id, data, { status: 'fatal', bytes: errorBytes(unknownName(data, hosts)) });
      return;
    }
    await this.#giveBack(job, token, refusalPause);
  }

  /** Leaves a job to other hosts, which get it before this one does. */
  async #giveBack(job: Job, token: string | undefined, wait: number): Promise<never> {
    await job.moveToWait(token);
    // Behind those of the same priority: otherwise it would be the next one.
    await job.changePriority({ priority: job.opts.priority ?? 0 }).catch(() => undefined);
    await pause(wait);
    throw new WaitingError();
  }

  #hostLost({ name, starts }: JobData): Error {
    const often = starts === 1 ? '' : `, as did those of all its ${starts} starts`;
    return new WorkerDiedError(
      `the worker host that ran \`${name}\` did not renew its lease of ${this.#host.settings.lease} ms${often}`,
      { exitCode: Number.NaN },
    );
  }

  #workerDied({ message, exitCode, signal, cause }: WorkerDiedError, name: string): Error {
    const text = message.replace(/^a worker of \S+/, `a worker of ${this.#host.place}`).replace('`runCall`', `\`${name}\``);
    return new WorkerDiedError(text, { exitCode, signal }, cause === undefined ? undefined : { cause });
  }
}

function unknownName({ name, version }: JobData, hosts: readonly HostInfo[]): Error {
  const wanted = version === '' ? `\`${name}\`` : `\`${name}\` of version ${version}`;
  const known = hosts.map((host) => {
    const of = host.version === '' ? '' : ` of version ${host.version}`;
    return `${host.place} knows ${host.names.map((each) => `\`${each}\``).join(', ')}${of}`;
  });
  return new TargetNotFoundError(
    `cannot run ${wanted}: no worker host knows it (${known.join('; ')}). ` +
      'Register it with tasks(import.meta.url, { … }) in a module that a worker host serves',
  );
}

function errorBytes(error: unknown): Uint8Array {
  try {
    return encodeBytes({ error }, 'error');
  } catch (refusal) {
    return encodeBytes({ error: refusal }, 'error');
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
