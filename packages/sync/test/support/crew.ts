import type { ExitStatus } from '@manycore/core';
import { type Caller, connect, type WorkerEndpoint } from '@manycore/core/internal';
import { allocate } from '@manycore/memory';
import { spawnProcess } from '@manycore/process/internal';
import { spawnThread } from '@manycore/thread/internal';
import { afterAll, beforeAll } from 'vitest';

const script = new URL('../fixtures/party.mjs', import.meta.url).href;

export const scopes = ['threads', 'processes'] as const;
export type Scope = (typeof scopes)[number];

/** How parties wait: all blocking, all asynchronously, or by turns. */
export const manners = ['blocking', 'async', 'mixed'] as const;
export type Manner = (typeof manners)[number];

/** How the party with this number waits. */
export function mannerOf(manner: Manner, party: number): 'blocking' | 'async' {
  if (manner !== 'mixed') return manner;
  return party % 2 === 0 ? 'blocking' : 'async';
}

/** A worker thread or process that runs the functions of `fixtures/party.mjs` when told to. */
export class Party {
  readonly departed: Promise<ExitStatus>;
  readonly #endpoint: WorkerEndpoint;
  readonly #caller: Caller;

  constructor(endpoint: WorkerEndpoint) {
    this.#endpoint = endpoint;
    this.departed = endpoint.departed;
    this.#caller = connect(endpoint, () => new Error('the party is gone'));
  }

  /** Runs a function of the fixture there. Its rejection counts as seen: tests that care look at it. */
  tell<T = unknown>(name: string, ...args: readonly unknown[]): Promise<T> {
    const answer = this.#caller.call({ module: script, name }, args);
    answer.catch(() => undefined);
    return answer as Promise<T>;
  }

  /** Ends it at once, whatever it is doing; resolves when it is gone. */
  async kill(): Promise<ExitStatus> {
    this.#endpoint.kill();
    return this.departed;
  }
}

/** Parties, numbered from 0. */
export class Crew implements AsyncDisposable {
  readonly all: readonly Party[];

  constructor(scope: Scope, size: number) {
    this.all = Array.from({ length: size }, (_, i) => {
      const name = `party-${i}`;
      return new Party(scope === 'threads' ? spawnThread({ name }) : spawnProcess({ name }));
    });
  }

  party(number: number): Party {
    const party = this.all[number];
    if (!party) throw new Error(`no party ${number}`);
    return party;
  }

  /** Tells the first `size` of them the same; `args` may depend on the number. */
  each<T>(
    size: number,
    name: string,
    args: (number: number) => readonly unknown[],
  ): Promise<T[]> {
    const told = this.all.slice(0, size).map((party, i) => party.tell<T>(name, ...args(i)));
    return Promise.all(told);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((party) => party.kill()));
  }
}

/** A crew for all tests of the enclosing `describe`. Those who kill start their own. */
export function sharedCrew(scope: Scope, size: number): Pick<Crew, 'party' | 'each'> {
  let crew: Crew | undefined;
  const present = (): Crew => {
    if (!crew) throw new Error('the crew is there only while tests run');
    return crew;
  };
  beforeAll(async () => {
    crew = new Crew(scope, size);
    await crew.each(size, 'ping', () => []);
  });
  afterAll(() => crew?.[Symbol.asyncDispose]());
  return {
    party: (number) => present().party(number),
    each: (many, name, args) => present().each(many, name, args),
  };
}

/** Plain numbers that all parties see. */
export function sharedNumbers(scope: Scope, size = 16): { block: object; words: Int32Array } {
  const block = allocate(size * 4, scope);
  return { block, words: block.words };
}
