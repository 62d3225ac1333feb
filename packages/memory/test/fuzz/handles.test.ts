// The states of handles, changed on the way: each is a handle, or an error by name.
import { ManycoreError } from '@manycore/core';
import { pack, type Packed, unpackSync } from '@manycore/core/internal';
import { allocate, SharedArray, SharedMemory, Value } from '@manycore/memory';
import { fuzz, fuzzTimeout, mutated } from '@manycore/testing';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';

const kinds: Readonly<Record<string, (scope: 'threads' | 'processes') => object>> = {
  Value: (scope) => new Value('f64', 1, { scope }),
  SharedArray: (scope) => new SharedArray('i64', 4, { scope }),
  SharedMemory: (scope) => new SharedMemory({ size: 64, scope }),
  'a block': (scope) => allocate(64, scope),
};
const few = 300;

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  test.each(Object.entries(kinds))('%s', { timeout: fuzzTimeout(few) }, async (_, make) => {
    const handle = make(scope);
    const { packed } = pack({ handle }, scope === 'threads' ? 'thread' : 'process', 'value');
    const { errors } = await fuzz(
      few,
      (random) => void inspect(unpackSync(mutated(packed, random) as Packed)),
      (error) => error instanceof ManycoreError,
    );
    expect(errors).toBeGreaterThan(0);
    expect(inspect(handle)).toBeTypeOf('string');
  });
});
