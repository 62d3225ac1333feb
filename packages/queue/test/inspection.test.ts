import { Connection, JoinableQueue, LifoQueue, pipe, PriorityQueue, Queue } from '@manycore/queue';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';

describe.each(['threads', 'processes'] as const)('console.log, scope %s', (scope) => {
  test('shows the state of a queue', async () => {
    const queue = new Queue<number>({ scope, maxSize: 3 });
    await queue.put(1);
    expect(inspect(queue)).toBe(`Queue { size: 1, maxSize: 3, closed: false, scope: '${scope}' }`);
    expect(queue.maxSize).toBe(3);
    // Showing takes nothing.
    expect(queue.size).toBe(1);
    queue.close();
    expect(inspect(queue)).toContain('closed: true');
    const lifo = new LifoQueue({ scope });
    expect(inspect(lifo)).toBe(
      `LifoQueue {\n  size: 0,\n  maxSize: Infinity,\n  unfinished: 0,\n  closed: false,\n  scope: '${scope}'\n}`,
    );
    expect(inspect(lifo, { breakLength: Infinity })).toBe(
      `LifoQueue { size: 0, maxSize: Infinity, unfinished: 0, closed: false, scope: '${scope}' }`,
    );
  });

  test('shows what is unfinished', async () => {
    for (const queue of [new JoinableQueue({ scope }), new PriorityQueue({ scope })]) {
      await (queue as JoinableQueue<unknown>).put([1, 'x']);
      await queue.get();
      expect(inspect(queue)).toContain('unfinished: 1');
    }
  });

  test('shows the state of a connection', () => {
    const [here, there] = pipe({ scope, duplex: false });
    const shown = `Connection { readable: true, writable: false, closed: false, scope: '${scope}' }`;
    expect(inspect(here, { breakLength: Infinity })).toBe(shown);
    there.close();
    expect(inspect(there)).toContain('closed: true');
    // Looking is not using: the end that is left was not told anything.
    expect(inspect(here)).toContain('closed: false');
  });

  test('within other values, as deep as asked', () => {
    const queue = new Queue({ scope });
    expect(inspect({ a: { b: { c: queue } } }, { depth: 2 })).toContain('[Queue]');
    expect(inspect([queue], { breakLength: Infinity })).toContain('[ Queue { size: 0,');
  });
});

test('showing never throws', () => {
  class Letters extends Queue<string> {}
  expect(inspect(new Letters())).toContain('Letters { size: 0');
  for (const value of [Queue.prototype, LifoQueue.prototype, Connection.prototype, Object.create(Queue.prototype)]) {
    expect(inspect(value)).toMatch(/^\w+ \{\}$/);
  }
  const show = (new Queue() as unknown as Record<symbol, (depth: number, options: object) => unknown>)[
    Symbol.for('nodejs.util.inspect.custom')
  ];
  expect(show?.call(new Queue(), 1, {})).toMatchObject({ size: 0, closed: false });
  expect(Object.keys(new Queue())).toEqual([]);
});
