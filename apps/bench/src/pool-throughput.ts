// How many tasks a pool of two workers gets done in a second: tasks that do nothing, where the pool is
// all there is to pay for, and tasks of a millisecond.
import { compare } from './comparison.js';
import { type Contestant, processPools, type TaskName, threadPools } from './pool-contestants.js';

const workers = 2;

async function race(
  title: string,
  contestants: readonly Contestant[],
  task: TaskName,
  count: number,
): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  await compare({
    title,
    unit: 'tasks/s',
    baseline: 'tinypool',
    contenders: contestants.map(({ name, runAll }) => ({
      name,
      run: async () => {
        const start = performance.now();
        await runAll(task, numbers);
        return (count / (performance.now() - start)) * 1000;
      },
    })),
    rounds: 10,
  });
}

for (const [kind, make] of [['threads', threadPools], ['processes', processPools]] as const) {
  const contestants = make(workers);
  await race(`${kind}: tasks that do nothing`, contestants, 'square', 5000);
  await race(`${kind}: tasks of 1 ms`, contestants, 'spin', 500);
  await Promise.all(contestants.map((contestant) => contestant.end()));
}
