import { SharedArray, SharedMemory, Value } from '@manycore/memory';
import { expectNoLeaks } from '@manycore/testing';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';

import { Party, scopes } from './support/crew.js';
import { startSharing } from './support/start-sharing.js';

expectNoLeaks({ prepare: startSharing });

/** On one line. */
const show = (value: unknown): string => inspect(value, { breakLength: Infinity, compact: 9 });

describe.each(scopes)('console.log shows, scope %s', (scope) => {
  test('a Value, with its lock', () => {
    const value = new Value('f64', 1.5, { scope });
    expect(show(value)).toBe(
      `Value { type: 'f64', value: 1.5, scope: '${scope}', lock: ValueLock { locked: false } }`,
    );
    using guard = value.lock.acquireSync();
    expect(show(value.lock)).toBe('ValueLock { locked: true }');
    expect(guard.recovered).toBe(false);
    expect(show(new Value('u64', 7n, { scope }))).toContain('value: 7n');
    expect(show([value])).toContain('Value {');
    expect(show({ a: { b: { value } } })).toBe('{ a: { b: { value: [Value] } } }');
  });

  test('a SharedArray, cut where the caller says', () => {
    expect(show(new SharedArray('bool', [true, false], { scope }))).toBe(
      `SharedArray { type: 'bool', length: 2, elements: [ true, false ], scope: '${scope}', ` +
        'lock: ValueLock { locked: false } }',
    );
    const long = new SharedArray('u8', 60_000, { scope });
    expect(show(long)).toContain('... 59900 more items');
    expect(inspect(long, { maxArrayLength: 1 })).toMatch(/\[\s*0,\s*\.\.\. 59999 more items\s*\]/);
    expect(inspect(new SharedArray('i64', [-1n], { scope }), { maxArrayLength: null })).toContain('[ -1n ]');
  });

  test('a SharedMemory, also after it was closed', () => {
    const memory = new SharedMemory({ size: 100, scope });
    expect(show(memory)).toBe(`SharedMemory { size: 100, scope: '${scope}', closed: false }`);
    memory.close();
    expect(show(memory)).toBe(`SharedMemory { size: 100, scope: '${scope}', closed: true }`);
  });

  test('a value whose lock a dead owner left behind, and changes nothing', async () => {
    const value = new Value('i32', 3, { scope });
    {
      await using doomed = new Party(scope === 'threads' ? 'thread' : 'process');
      await doomed.tell('acquire', value, 'blocking');
    }
    expect(show(value)).toContain('value: 3');
    expect(show(value)).toContain('locked: true');
    expect((await value.lock.recover()).recovered).toBe(true);
  });
});

test('console.log shows the name of a SharedMemory', () => {
  using memory = new SharedMemory({ size: 10, name: `manycore-inspection-${process.pid}` });
  expect(show(memory)).toBe(
    `SharedMemory { name: 'manycore-inspection-${process.pid}', size: 10, scope: 'processes', closed: false }`,
  );
  memory.unlink();
});
