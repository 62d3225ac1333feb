import { deriveLineage, lineageVariable, listLineage, type ProcessEntry } from '@manycore/testing/processes';

const lineage = deriveLineage(process.env);
/** From now on every descendant carries it, so that those whose parent has ended are found as well. */
process.env[lineageVariable] = lineage.value;

/** The processes that descend from this one and have not ended; `withSelf`: and this one. */
export function descendants(withSelf = false): ProcessEntry[] {
  const found = listLineage(lineage.mark, process.pid);
  const own = { pid: process.pid, ppid: process.ppid, state: 'R', command: 'the soak itself' };
  return withSelf ? [own, ...found] : found;
}
