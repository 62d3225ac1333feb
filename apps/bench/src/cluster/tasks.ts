import { tasks } from '@manycore/cluster/task';

export const work = tasks(import.meta.url, {
  same: (n: number): number => n,
});
