import { type Pool, ProcessPool, ThreadPool } from '@manycore/pool';
import { expectNoLeaks, until } from '@manycore/testing';
import { afterAll, expect, test } from 'vitest';
import * as work from '../fixtures/work.mjs';
import { type Form, forms, outcomeOf } from './forms.js';
import { type Kind, type Row, rows } from './rows.js';
import { startSharing } from '../pool-kinds.js';

/** For how long (ms) another task runs beside each cell. */
const besides = 30;

/** One test for each way to go wrong, over all forms; prints the table of what came of it. */
export function deathMatrix(kind: Kind): void {
  expectNoLeaks({ prepare: startSharing });

  const lines = new Map<string, string[]>();
  for (const row of rows) if (!row.expected[kind]) lines.set(row.name, forms.map(() => '–'));

  const common = rows.filter((row) => row.expected[kind] !== undefined && !row.pool);
  test('whatever a task does, it settles, the pool goes on, and no other task is hurt', async () => {
    const pool = makePool(kind, {});
    for (const row of common) lines.set(row.name, await runRow(kind, row, pool));
    pool.close();
    await pool.join();
  });

  for (const row of rows.filter((other) => other.expected[kind] !== undefined && other.pool)) {
    test(`${row.name}: every form settles`, async () => {
      const pool = makePool(kind, row);
      lines.set(row.name, await runRow(kind, row, pool));
      pool.close();
      await pool.join();
    });
  }

  afterAll(() => {
    const table = rows.flatMap(({ name }) => {
      const cells = lines.get(name);
      return cells ? [[name, ...cells]] : [];
    });
    process.stdout.write(`${formatTable([[kind, ...forms.map(({ name }) => name)], ...table])}\n`);
  });
}

/** The row's cells. A broken pool tells every later call; its twin for the blocking calls breaks by itself. */
async function runRow(kind: Kind, row: Row, first: Pool): Promise<string[]> {
  const cells: string[] = [];
  let pool = first;
  for (const form of forms) {
    if (row.terminates && form.blocking) {
      cells.push('–');
      continue;
    }
    cells.push(await runCell(pool, kind, row, form));
    if (row.terminates) pool = makePool(kind, row);
  }
  if (pool !== first) await pool.terminate();
  return cells;
}

function makePool(kind: Kind, { pool: options, processes }: Pick<Row, 'pool' | 'processes'>): Pool {
  const all = { workers: 2, graceTime: 10, ...options };
  return kind === 'ThreadPool' ? new ThreadPool(all) : new ProcessPool({ ...all, ...processes });
}

async function runCell(
  pool: Pool,
  kind: Kind,
  row: Row,
  form: Form,
): Promise<string> {
  const { deed, item, options = {} } = row;
  const expected = row.expected[kind] ?? '';
  const bystander = row.fatal ? undefined : pool.apply(work.sleep, [besides]);
  // Short tasks come first, so that this one goes through shared memory like most: also to a worker's replacement.
  if (!row.pool) await Promise.all(Array.from({ length: 16 }, (_, n) => pool.apply(work.square, [n])));
  const outcome = outcomeOf(() => form.run(pool, deed, item, options));
  if (row.terminates) {
    await until(() => pool.stats().workers.busy === 1);
    void pool.terminate();
  }
  const cell = await outcome;
  expect(cell, `${row.name} × ${form.name}`).toEqual(
    typeof expected === 'string' ? expected : expect.stringMatching(expected),
  );
  if (row.fatal) return cell;
  expect(await bystander).toBe(besides);
  const after = form.blocking ? pool.applySync(work.square, [3]) : await pool.apply(work.square, [3]);
  expect(after).toBe(9);
  return cell;
}

function formatTable(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((line) => line[column]?.length ?? 0)),
  );
  return table
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}
