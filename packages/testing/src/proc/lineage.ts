import { randomUUID } from 'node:crypto';
import { listProcesses, type ProcessEntry, readEnvironment } from './process-table.js';

/**
 * A mark in the environment, which every descendant inherits. It finds those whose parents have
 * ended as well, which the process table alone does not: they belong to init by then.
 */
export const lineageVariable = 'MANYCORE_TEST_LINEAGE';

/** A mark below the given environment's own: a search for that one finds this one as well. */
export function deriveLineage(environment: Readonly<Record<string, string | undefined>>): {
  readonly mark: string;
  readonly value: string;
} {
  const mark = randomUUID();
  const inherited = environment[lineageVariable];
  return { mark, value: inherited === undefined ? mark : `${inherited}:${mark}` };
}

/**
 * The processes that carry the mark or descend from `root`, without `root` itself and without
 * those that have ended and only wait to be reaped by another parent.
 */
export function listLineage(mark: string, root: number): ProcessEntry[] {
  const table = listProcesses();
  const members = new Set([root]);
  for (const { pid } of table) {
    if (readEnvironment(pid).get(lineageVariable)?.split(':').includes(mark)) members.add(pid);
  }
  // A child can stand before its parent in the table: go on until a pass finds no more.
  for (let before = 0; before !== members.size; ) {
    before = members.size;
    for (const entry of table) if (members.has(entry.ppid)) members.add(entry.pid);
  }
  return table.filter(
    (entry) =>
      entry.pid !== root && members.has(entry.pid) && (entry.state !== 'Z' || entry.ppid === root),
  );
}
