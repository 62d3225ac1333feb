// A segment that came from elsewhere stays open until the garbage collector comes, so there is no leak check.
import { unpack } from '@manycore/core/internal';
import { describe, expect, test } from 'vitest';

import { crew, Party, scopes } from './support/crew.js';

describe.each(scopes)('a block of another party, scope %s', (scope) => {
  test('comes back as the same memory', async () => {
    await using parties = crew(scope, 2);
    const [maker, other] = parties;
    const block = await maker?.tell('make', scope);
    await other?.tell('store', block, 3, 33);
    expect(await maker?.tell('load', block, 3)).toBe(33);
  });
});

test('a block that its sender took with it cannot be received, and says so', async () => {
  const { packed } = await (async () => {
    await using party = new Party('process');
    return { packed: await party.tell('packedBlock') };
  })();
  await expect(unpack(packed as never)).rejects.toThrow(
    /this shared memory is gone: its sender ended, or closed it, before it was received/,
  );
});
