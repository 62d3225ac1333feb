import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type TaskTrace, traceTo } from '@manycore/pool';
import { expectNoLeaks } from '@manycore/testing';
import { afterEach, describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { poolKinds, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

const events = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;
type Event = (typeof events)[number];

/** Listens to the channels as any monitoring tool would. */
function listen(): { heard: [Event, TaskTrace][]; stop: () => void } {
  const heard: [Event, TaskTrace][] = [];
  const listeners = events.map((event) => {
    const listener = (message: unknown): void => void heard.push([event, message as TaskTrace]);
    const name = `tracing:manycore:pool:task:${event}`;
    subscribe(name, listener);
    return () => unsubscribe(name, listener);
  });
  return { heard, stop: () => listeners.forEach((stop) => stop()) };
}

const file = join(tmpdir(), `manycore-trace-${process.pid}.json`);
afterEach(() => rmSync(file, { force: true }));

describe.each(poolKinds)('%s: tracing', (name, make) => {
  test('one set of events for each task', async () => {
    await withPool(make({ workers: 1, name: `traced ${name}` }), async (pool) => {
      const { heard, stop } = listen();
      await pool.apply(work.square, [3]);
      await pool.applyAsync(work.fail, ['no'], { priority: 2 }).wait();
      await pool.map(work.square, [1, 2, 3], { chunkSize: 2 });
      stop();
      const of = (id: number): Event[] =>
        heard.filter(([, trace]) => trace.id === id).map(([event]) => event);
      expect([of(1), of(2)]).toEqual([
        ['start', 'end', 'asyncStart', 'asyncEnd'],
        ['start', 'end', 'error', 'asyncStart', 'asyncEnd'],
      ]);
      const traces = [...new Set(heard.map(([, trace]) => trace))];
      expect(traces).toMatchObject([
        { pool: `traced ${name}`, name: 'square', items: 1, attempt: 1, worker: 1 },
        { name: 'fail', priority: 2, error: { message: 'no' } },
        { name: 'square', items: 2 },
        { name: 'square', items: 1 },
      ]);
      for (const { queueWait, runTime, sentAt, settledAt } of traces) {
        expect([queueWait, runTime, sentAt, settledAt].every((time) => (time ?? -1) >= 0)).toBe(true);
      }
    });
  });

  test('a blocking call has its start, its end and its error', async () => {
    await withPool(make({ workers: 1 }), (pool) => {
      const { heard, stop } = listen();
      pool.applySync(work.square, [3]);
      expect(() => pool.mapSync(work.failOnOdd, [0, 1])).toThrow('odd: 1');
      stop();
      expect(heard.map(([event]) => event)).toEqual(['start', 'end', 'start', 'error', 'end']);
      expect(heard.map(([, trace]) => [trace.name, trace.items, trace.blocking]).at(-1)).toEqual([
        'failOnOdd',
        2,
        true,
      ]);
    });
  });

  test('traceTo writes a Chrome trace', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const trace = traceTo(file);
      await pool.map(work.sleep, [1, 2, 3, 4]);
      trace.close();
      trace.close();
      await pool.apply(work.square, [1]);
      const written = JSON.parse(readFileSync(file, 'utf8')) as {
        ph: string;
        name: string;
        ts: number;
        dur: number;
        pid: number;
        tid: number;
        args: object;
      }[];
      const slices = written.filter(({ ph }) => ph === 'X');
      expect(slices).toHaveLength(4);
      for (const slice of slices) {
        expect(slice).toMatchObject({ name: 'sleep', pid: 1, args: { attempt: 1, items: 1 } });
        expect([slice.ts, slice.dur, slice.tid].every(Number.isInteger)).toBe(true);
      }
      const names = written.filter(({ ph }) => ph === 'M').map(({ args }) => args);
      expect(names).toContainEqual({ name: pool.name });
      expect(written.filter(({ ph }) => ph === 'b')).toHaveLength(4);
      expect(written.filter(({ ph }) => ph === 'e')).toHaveLength(4);
    });
  });

  test('the caller’s async context is kept', async () => {
    const context = new AsyncLocalStorage<string>();
    await withPool(make({ workers: 2 }), async (pool) => {
      const run = async (who: string): Promise<unknown[]> => {
        const seen: unknown[] = [];
        const note = (): void => void seen.push(context.getStore());
        const items = (function* () {
          for (let index = 0; index < 20; index += 1) {
            note();
            yield index;
          }
        })();
        await pool.map(work.square, [1, 2], { onProgress: note });
        for await (const result of pool.imap(work.square, items, { onProgress: note })) seen.push(who, result);
        await new Promise<void>((resolve) => {
          pool.applyAsync(work.square, [1], {
            callback: () => {
              note();
              resolve();
            },
          });
        });
        await new Promise<void>((resolve) =>
          pool.submit(work.square, 1).addDoneCallback(() => {
            note();
            resolve();
          }),
        );
        return seen.filter((entry) => typeof entry !== 'number').map((store) => store === who);
      };
      const all = await Promise.all(['a', 'b'].map((who) => context.run(who, () => run(who))));
      expect(all.flat().length).toBeGreaterThan(100);
      expect(all.flat().every(Boolean)).toBe(true);
    });
  });
});
