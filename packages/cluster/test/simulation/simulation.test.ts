// What bounds a large cluster. `npm --prefix packages/cluster run simulation` plays 1,000 hosts and a million tasks.
import { expect, test } from 'vitest';
import { simulate } from './simulation.js';

const tasks = Number(process.env['SIMULATED_TASKS'] ?? 50_000);
const cluster = { hosts: 1000, threads: 8, tasks, lease: 10_000 };

test.each([10, 100, 1000, 10_000])('1,000 hosts of 8 threads, tasks of %i ms', (taskTime) => {
  const result = simulate({ ...cluster, taskTime });
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  console.log(
    `tasks of ${taskTime} ms: ${tasks} in ${(result.time / 1000).toFixed(1)} s, ${result.callsPerSecond.toFixed(0)} calls/s; ` +
      `busy: Redis ${percent(result.redis)} (upkeep ${percent(result.upkeep)}), threads ${percent(result.threads)}`,
  );
  expect(result.answered).toBe(tasks);
  // Neither is busier than always; and one of them is what bounds it, but for the beginning and the end.
  expect(result.redis).toBeLessThanOrEqual(1);
  expect(result.threads).toBeLessThanOrEqual(1);
});

test('twice the hosts do no more calls where Redis is the bound, and twice as many where it is not', () => {
  const rate = (hosts: number, taskTime: number): number =>
    simulate({ ...cluster, hosts, taskTime, tasks: 20_000 }).callsPerSecond;
  expect(rate(1000, 10) / rate(500, 10)).toBeLessThan(1.1);
  expect(rate(20, 1000) / rate(10, 1000)).toBeGreaterThan(1.8);
});
