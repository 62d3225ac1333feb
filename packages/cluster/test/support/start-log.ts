import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file in which tasks note that they were started. */
export class StartLog implements Disposable {
  readonly path: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'manycore-starts-'));
    this.path = join(this.#folder, 'starts');
    writeFileSync(this.path, '');
  }

  /** How often each was started. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const id of readFileSync(this.path, 'utf8').split('\n')) {
      if (id !== '') counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }

  get total(): number {
    return [...this.counts().values()].reduce((sum, count) => sum + count, 0);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
