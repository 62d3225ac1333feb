// A plain exported function as target: its module is found by the engine's inspector.
import assert from 'node:assert/strict';
import { isMain, Thread } from 'manycore';

export function square(n) {
  return n * n;
}

if (isMain(import.meta)) {
  assert.equal(await new Thread({ target: square, args: [12] }).start().result, 144);
}
