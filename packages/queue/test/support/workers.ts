import type { ExitStatus } from '@manycore/core';
import { type Caller, connect, type WorkerEndpoint } from '@manycore/core/internal';
import type { Scope } from '@manycore/memory';
import { spawnProcess } from '@manycore/process/internal';
import { spawnThread } from '@manycore/thread/internal';

const script = new URL('../fixtures/party.mjs', import.meta.url).href;

/** A worker thread or process that runs the functions of `fixtures/party.mjs` when told to. */
export class TestWorker {
  readonly departed: Promise<ExitStatus>;
  readonly #endpoint: WorkerEndpoint;
  readonly #caller: Caller;

  constructor(scope: Scope, name: string) {
    this.#endpoint = scope === 'threads' ? spawnThread({ name }) : spawnProcess({ name });
    this.departed = this.#endpoint.departed;
    this.#caller = connect(this.#endpoint, () => new Error(`${name} is gone`));
  }

  /** Runs a function of the fixture there. Its rejection counts as seen: tests that care look at it. */
  tell<T = unknown>(name: string, ...args: readonly unknown[]): Promise<T> {
    const answer = this.#caller.call({ module: script, name }, args) as Promise<T>;
    answer.catch(() => undefined);
    return answer;
  }

  /** Ends it at once, whatever it is doing; resolves when it is gone. */
  async kill(): Promise<ExitStatus> {
    this.#endpoint.kill();
    return this.departed;
  }
}

/** Workers of one scope, kept for many tests: starting them is what takes time. */
export class Workers implements AsyncDisposable {
  readonly scope: Scope;
  readonly #members: TestWorker[] = [];
  #started = 0;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** So many members that live and have nothing to do. */
  async members(count: number): Promise<TestWorker[]> {
    while (this.#members.length < count) {
      this.#started += 1;
      this.#members.push(new TestWorker(this.scope, `party-${this.#started}`));
    }
    const members = this.#members.slice(0, count);
    await Promise.all(members.map((member) => member.tell('ping')));
    return members;
  }

  /** Kills a member; another one takes its place. */
  async kill(member: TestWorker): Promise<ExitStatus> {
    this.#members.splice(this.#members.indexOf(member), 1);
    return member.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.splice(0).map((member) => member.kill()));
  }
}
