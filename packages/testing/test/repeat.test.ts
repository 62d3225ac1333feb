import { repeat, repeatRounds } from '@manycore/testing';
import { expect, test } from 'vitest';

test('runs as many rounds as REPEAT, or the given number, says', async () => {
  const rounds: number[] = [];
  await repeat((round) => rounds.push(round), { times: 4 })();
  expect(rounds).toHaveLength(repeatRounds ?? 4);
  expect(rounds.at(0)).toBe(1);
});

test('the first round that fails ends it and is named', async () => {
  const rounds: number[] = [];
  const body = repeat((round) => {
    rounds.push(round);
    throw new Error('no luck');
  });
  await expect(body()).rejects.toThrow(/^round 1 of \d+: no luck$/);
  expect(rounds).toEqual([1]);
});

test('a round is awaited before the next one begins', async () => {
  let running = 0;
  await repeat(async () => {
    running += 1;
    await Promise.resolve();
    expect(running).toBe(1);
    running -= 1;
  })();
});
