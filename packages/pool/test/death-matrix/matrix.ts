import { type Pool, ProcessPool, ThreadPool } from '@manycore/pool';
import { expectNoLeaks, until } from '@manycore/testing';
import { afterAll, expect, test } from 'vitest';
import * as work from '../fixtures/work.mjs';
import { type Form, forms, outcomeOf } from './forms.js';
import { type Kind, type Row, rows } from './rows.js';

/** For how long (ms) another task runs beside each cell. */
const besides = 30;

/** One test for each way to go wrong, over all forms; prints the table of what came of it. */
export function deathMatrix(kind: Kind): void {
  const table: string[][] = [[kind, ...forms.map(({ name }) => name)]];
  expectNoLeaks();

  for (const row of rows) {
    const expected = row.expected[kind];
    if (expected === undefined) {
      table.push([row.name, ...forms.map(() => '–')]);
      continue;
    }
    test(`${row.name}: each form settles, the pool goes on, no other task is hurt`, async () => {
      const cells = [row.name];
      let pool = makePool(kind, row);
      for (const form of forms) {
        // A broken pool tells every later call; its twin for the blocking calls breaks by itself.
        if (row.terminates) {
          await pool.terminate();
          pool = makePool(kind, row);
        }
        cells.push(row.terminates && form.blocking ? '–' : await runCell(pool, row, form, expected));
      }
      table.push(cells);
      pool.close();
      await pool.join();
    });
  }

  afterAll(() => {
    process.stdout.write(`${formatTable(table)}\n`);
  });
}

function makePool(kind: Kind, { pool: options = {} }: Row): Pool {
  const all = { workers: 2, graceTime: 10, ...options };
  return kind === 'ThreadPool' ? new ThreadPool(all) : new ProcessPool(all);
}

async function runCell(
  pool: Pool,
  row: Row,
  form: Form,
  expected: string | RegExp,
): Promise<string> {
  const { deed, item, options = {} } = row;
  const bystander = row.fatal ? undefined : pool.apply(work.sleep, [besides]);
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
