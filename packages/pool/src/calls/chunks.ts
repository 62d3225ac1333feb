/** How many chunks a worker gets of one `map`, by Python's rule: some, so that unequal items even out. */
export const chunksPerWorker = 4;

/** How many items make one task of a `map`: ceil(items / (4 × workers)), as in Python's Pool.map. */
export function defaultChunkSize(items: number, workers: number): number {
  return Math.max(Math.ceil(items / (chunksPerWorker * workers)), 1);
}
