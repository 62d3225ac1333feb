// What a worker, or the host of a pool's blocking calls, may be told by the thread that started it: it goes on to answer,
// or it ends with an error. It never hangs. Leaks are not looked for: what dies while it loads a module leaves the file
// open, in every version of Node.
import { pack } from '@manycore/core/internal';
import { spawnThread } from '@manycore/thread/internal';
import { fuzz, fuzzInputs, fuzzTimeout, mutated, type Random } from '@manycore/testing';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { heartbeat, wordCount } from '../../src/blocking/protocol.js';
import { poolSettings } from '../../src/options/pool-options.js';

const few = 300;
/** So many messages get one thread, as long as it lives. */
const perThread = 20;
const probeId = 77_777;

const module = new URL('../fixtures/fuzz.mjs', import.meta.url).href;
const ref = { module, name: 'honest' };
const packed = (value: unknown): unknown => pack(value, 'thread', 'value').packed;

/** A thread of the pool's, and what tells that it lives. */
interface Talk {
  say(message: unknown): void;
  /** Resolves to true when it answers, to false when it has ended. */
  answers(): Promise<boolean>;
  end(): Promise<void>;
}

type Start = (random: Random) => Talk;

function serverOf(file: string): string {
  return new URL(`../../dist/${file}`, import.meta.url).href;
}

/** Now and then another than was written. */
function perhaps(message: unknown, random: Random): unknown {
  return random.below(8) === 0 ? mutated(message, random) : message;
}

const task = {
  manycorePool: 'task',
  id: 1,
  target: 0,
  ref,
  shape: 'call',
  values: packed([1]),
  offset: 0,
  wantsPartial: false,
  attempt: 1,
  modules: undefined,
  inRing: false,
};

const toWorker: readonly unknown[] = [
  task,
  { ...task, id: 2, shape: 'map', values: packed([1, 2, 3]), wantsPartial: true },
  { ...task, id: 3, shape: 'starmap', values: packed([[1], [2]]), offset: 5 },
  { ...task, id: 4, inRing: true },
  { ...task, id: 5, values: packed([new RangeError('no'), new Map([[1, 2n]])]), modules: [module] },
  { manycorePool: 'target', target: 1, ref },
  { manycorePool: 'rings', block: packed([1]), modules: [module] },
  { manycorePool: 'lease', block: packed({ a: 1 }), modules: undefined },
  { manycorePool: 'overflow', block: packed('x'), modules: undefined },
  { manycorePool: 'drop', id: 1 },
  { manycorePool: 'abort', id: 1, why: 'aborted' },
  { manycorePool: 'check', id: 2 },
];

const worker: Start = (random) => {
  const endpoint = spawnThread({ name: 'fuzzed', daemon: true, server: serverOf('manycore-pool-worker.cjs') });
  let heard = (): void => undefined;
  endpoint.onMessage((message) => {
    const { manycorePool, id } = Object(message) as { manycorePool?: unknown; id?: unknown };
    if (manycorePool === 'idle' && id === probeId) heard();
  });
  endpoint.post(
    perhaps(
      {
        manycorePool: 'init',
        pool: 'fuzzed',
        worker: 1,
        main: undefined,
        modules: [module],
        initializer: random.below(4) === 0 ? { target: ref, args: packed([1]) } : undefined,
        status: undefined,
        concurrency: 1,
      },
      random,
    ),
    [],
  );
  return {
    say: (message) => endpoint.post(message, []),
    answers: () => {
      const answer = new Promise<boolean>((resolve) => {
        heard = () => resolve(true);
      });
      endpoint.post({ manycorePool: 'check', id: probeId }, []);
      return Promise.race([answer, endpoint.departed.then(() => false)]);
    },
    end: async () => {
      endpoint.kill();
      await endpoint.departed;
    },
  };
};

const request = {
  id: 1,
  modules: [module],
  shape: 'call',
  target: 0,
  ref,
  values: packed([1]),
  chunkSize: undefined,
  timeout: Infinity,
  priority: 0,
  retries: 0,
  lease: undefined,
};

const toHost: readonly unknown[] = [
  request,
  { ...request, id: 2, ref: undefined, shape: 'map', values: packed([1, 2, 3]), chunkSize: 2 },
  { ...request, id: 3, shape: 'starmap', values: packed([[1], [2]]), priority: 3, retries: 2, timeout: 50 },
  { ...request, id: 4, lease: { number: 1, block: packed([1]), modules: [module] } },
  { id: 5, task: -5, name: 'honest', corrupted: undefined },
  { id: 6, task: 7, name: 'honest', corrupted: 'a reason' },
  { initArgs: packed([]) },
  'close',
];

const host: Start = (random) => {
  const endpoint = spawnThread({ name: 'fuzzed', daemon: true, server: serverOf('manycore-pool-host.js') });
  const { port1, port2 } = new MessageChannel();
  const { initArgs, ...settings } = poolSettings({ workers: 1 }, 'thread', () => 'fuzzed');
  expect(initArgs).toEqual([]);
  const words = new SharedArrayBuffer(wordCount * 4);
  let heard = (): void => undefined;
  port1.on('message', ({ id }: { id?: unknown }) => {
    if (id === probeId) heard();
  });
  port1.postMessage({ initArgs: perhaps(packed([]), random) });
  const open = { manycoreBlocking: 'open', settings, main: undefined, modules: [module], kind: { kind: 'thread' } };
  endpoint.post({ ...open, port: port2, words }, [port2]);
  return {
    say: (message) => port1.postMessage(message),
    answers: () => {
      const answer = new Promise<boolean>((resolve) => {
        heard = () => resolve(true);
      });
      port1.postMessage({ ...request, id: probeId });
      return Promise.race([answer, endpoint.departed.then(() => false)]);
    },
    end: async () => {
      expect(new Int32Array(words)[heartbeat]).toEqual(expect.any(Number));
      endpoint.kill();
      await endpoint.departed;
      port1.close();
    },
  };
};

describe.each([
  ['a worker', worker, toWorker],
  ['the host of blocking calls', host, toHost],
] as const)('%s', (_, start, messages) => {
  test('messages of its parent, changed', { timeout: 4 * fuzzTimeout(few) }, async () => {
    let answered = 0;
    await fuzz(
      Math.ceil(fuzzInputs(few) / perThread),
      async (random) => {
        const talk = start(random);
        try {
          for (let count = 0; count < perThread; count += 1) {
            talk.say(mutated(random.of(messages), random));
            if (count % 5 === 4 && !(await talk.answers())) break;
            answered += 1;
          }
        } finally {
          await talk.end();
        }
      },
      () => false,
    );
    expect(answered).toBeGreaterThan(0);
  });
});
