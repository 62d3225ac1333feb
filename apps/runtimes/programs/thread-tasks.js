// `tasks` registers several functions at once.
import assert from 'node:assert/strict';
import { isMain, tasks, Thread } from 'manycore';

export const { add, upper } = tasks(import.meta.url, {
  add: (a, b) => a + b,
  upper: async (text) => text.toUpperCase(),
});

if (isMain(import.meta)) {
  assert.equal(await new Thread({ target: add, args: [2, 3] }).start().result, 5);
  assert.equal(await new Thread({ target: upper, args: ['abc'] }).start().result, 'ABC');
}
