import { type Caller, connect, type Departure, type WorkerEndpoint } from '@manycore/core';
import { spawnProcess } from '@manycore/process';
import { spawnThread } from '@manycore/thread';

const script = new URL('../fixtures/party.mjs', import.meta.url).href;

export type Scope = 'threads' | 'processes';

/** A worker thread or process that runs the functions of `fixtures/party.mjs` when told to. */
export class CrewMember {
  readonly departed: Promise<Departure>;
  readonly #endpoint: WorkerEndpoint;
  readonly #caller: Caller;

  constructor(endpoint: WorkerEndpoint) {
    this.#endpoint = endpoint;
    this.departed = endpoint.departed;
    this.#caller = connect(endpoint, () => new Error('the party is gone'));
  }

  /** Runs a function of the fixture there. Its rejection counts as seen: tests that care look at it. */
  tell(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const answer = this.#caller.call({ module: script, name }, args);
    answer.catch(() => undefined);
    return answer;
  }

  /** Ends it at once, whatever it is doing; resolves when it is gone. */
  async kill(): Promise<Departure> {
    this.#endpoint.kill();
    return this.departed;
  }
}

/** Starts `size` parties; disposing ends them all. */
export function crew(scope: Scope, size: number): CrewMember[] & AsyncDisposable {
  const members = Array.from({ length: size }, (_, i) => {
    const name = `party-${i + 1}`;
    return new CrewMember(scope === 'threads' ? spawnThread({ name }) : spawnProcess({ name }));
  });
  return Object.assign(members, {
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member.kill()));
    },
  });
}
