import { move, ProtocolError, TargetNotFoundError, WorkerDiedError } from '@manycore/core';
import type { Pool } from '@manycore/pool';
import { encodeBytes } from '@manycore/queue/internal';
import { type Job, WaitingError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ServeSettings } from '../options/serve-options.js';
import { asBuffer, fromBase64 } from '../platform/node.js';
import { liveHosts } from '../protocol/hosts.js';
import type { Keys } from '../protocol/keys.js';
import { type AnswerStatus, checkJob, type HostInfo, type JobData } from '../protocol/messages.js';
import { NotBegun } from '../protocol/scripts.js';
import type { Commands } from '../redis/commands.js';
import type { WorkerAnswer } from '../worker/encode-answer.js';
import type { WorkerCall } from '../worker/run-call.js';
import type { Catalogue } from './catalogue.js';
import { RunningCall } from './running-call.js';

/** So many leases long, but at least a minute, late copies of a call that was answered are refused. */
const guardLeases = 6;
const leastGuard = 60_000;

/** How long (ms) a host waits after it refused a call, so that others get it first. */
const refusalPause = 20;

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

interface Ending {
  readonly status: AnswerStatus;
  readonly bytes: Uint8Array;
}

/** Runs the jobs that a host takes: see protocol/README.md, "A start". */
export class JobRunner {
  readonly #host: RunnerHost;
  readonly #running = new Map<string, RunningCall>();
  #finished = 0;

  constructor(host: RunnerHost) {
    this.#host = host;
  }

  get running(): ReadonlyMap<string, RunningCall> {
    return this.#running;
  }

  get finished(): number {
    return this.#finished;
  }

  /** BullMQ's processor: a job whose promise resolves is removed, and one whose promise rejects is started again. */
  async process(job: Job, token: string | undefined): Promise<void> {
    const { catalogue } = this.#host;
    const id = job.id ?? '';
    const data = checkJob(job.data);
    const module = data && catalogue.find(data.name, data.version);
    if (!data || module === undefined) {
      await this.#refuse(job, id, token, data);
      return;
    }
    // Before the client can know of it: its abort may come at once.
    const call = new RunningCall(id, data.client);
    this.#running.set(id, call);
    try {
      await this.#run(call, data, module);
    } finally {
      this.#running.delete(id);
      this.#finished += 1;
    }
  }

  async #run(call: RunningCall, data: JobData, module: string): Promise<void> {
    const start = await this.#begin(call.id, data);
    if (start === NotBegun.exhausted) {
      await this.#answer(call.id, data, { status: 'died', bytes: errorBytes(this.#hostLost(data)) }, 0);
      return;
    }
    if (start < 0) return;
    const since = performance.now();
    const ending = await this.#outcome(call, data, { module, start });
    if (!ending) return;
    if ((ending.status === 'failed' || ending.status === 'died') && start < data.starts) {
      throw new Error(`start ${start} of ${data.starts} ${ending.status}`);
    }
    await this.#answer(call.id, data, ending, performance.now() - since);
  }

  #begin(id: string, data: JobData): Promise<number> {
    const { keys, id: host } = this.#host;
    const client = data.client ?? '';
    const begun = JSON.stringify({ kind: 'begun', call: id, host, start: 0 }).replace(/0\}$/, '');
    return this.#host.commands.begin(
      [keys.job(id), keys.client(client), keys.answered(id), keys.replies(client)],
      [data.client === undefined ? '0' : '1', data.starts, begun, JSON.stringify({ kind: 'dropped', call: id })],
    );
  }

  /** How the call ended here; undefined when nobody wants to know it of this host. */
  async #outcome(
    call: RunningCall,
    data: JobData,
    { module, start }: Pick<WorkerCall, 'module' | 'start'>,
  ): Promise<Ending | undefined> {
    const { name, shape, offset, wantsPartial } = data;
    const { maxPayload } = this.#host.settings;
    const workerCall: WorkerCall = { module, name, shape, offset, wantsPartial, start, maxPayload };
    try {
      const values = move(fromBase64(data.values));
      const { signal } = call;
      return (await this.#host.pool.apply(target, [workerCall, values], { signal })) as WorkerAnswer;
    } catch (error) {
      if (call.stopped === 'lease-lost') return undefined;
      // Its client has settled it. The answer keeps late copies of it from being run.
      if (call.stopped !== undefined) return { status: 'fatal', bytes: errorBytes(error) };
      if (error instanceof WorkerDiedError) return { status: 'died', bytes: errorBytes(this.#workerDied(error, name)) };
      return { status: 'died', bytes: errorBytes(error) };
    }
  }

  async #answer(id: string, data: JobData, { status, bytes }: Ending, ran: number): Promise<void> {
    const { keys, id: host, settings } = this.#host;
    const reply = JSON.stringify({ kind: 'answer', call: id, host, status, ran });
    const guard = Math.max(settings.lease * guardLeases, leastGuard, data.keep ?? 0);
    await this.#host.commands.answer(
      [keys.answered(id), keys.replies(data.client ?? ''), keys.result(id), keys.waiters(id)],
      [reply, asBuffer(bytes), guard, data.keep ?? ''],
    );
  }

  /** Leaves the call to hosts that know its function; when there was none for a whole lease, its caller learns it. */
  async #refuse(job: Job, id: string, token: string | undefined, data: JobData | undefined): Promise<void> {
    const { keys, redis, commands, settings } = this.#host;
    const [since, hosts] = await Promise.all([commands.refuse([keys.job(id)], []), liveHosts(redis, keys)]);
    const isKnown = data !== undefined && hosts.some(({ version, names }) => version === data.version && names.includes(data.name));
    if (!isKnown && since >= settings.lease) {
      if (!data) {
        const error = new ProtocolError('no worker host understands the call: they run another version of manycore');
        await this.#answer(id, job.data as JobData, { status: 'fatal', bytes: errorBytes(error) }, 0);
        return;
      }
      await this.#answer(id, data, { status: 'fatal', bytes: errorBytes(unknownName(data, hosts)) }, 0);
      return;
    }
    await job.moveToWait(token);
    // Behind those of the same priority: otherwise this host would take it again at once.
    await job.changePriority({ priority: job.opts.priority ?? 0 }).catch(() => undefined);
    await pause(refusalPause);
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
