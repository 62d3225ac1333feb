// What a run prints: a table for each comparison, and at the end what another checkout's packages did.
import Table from 'cli-table3';
import { timesWorse } from '../harness/rows.js';
import type { ComparisonResult, Results } from '../harness/results.js';
import { figureText, missingText, ratioText, spreadText, targetText, unitText } from './words.js';

/** A row that got worse by more than this counts as worse. */
const tolerance = 1.1;

export function printComparison(comparison: ComparisonResult): void {
  const { title, id, bestPeer, reference, rows, missing, targets } = comparison;
  const isAgainst = rows.some(({ against }) => against !== undefined);
  const head = [
    title,
    comparison.unit,
    'spread',
    ...(bestPeer === undefined ? [] : ['× best peer']),
    ...(reference === undefined ? [] : [`× ${reference}`]),
    ...(isAgainst ? ['× other checkout'] : []),
  ];
  const table = new Table({
    head,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const row of rows) {
    const name = `${row.role === 'ours' ? '▸' : ' '} ${row.name}`;
    table.push([
      name,
      figureText(row.median),
      spreadText(row),
      ...(bestPeer === undefined ? [] : [ratioText(row.ratio)]),
      ...(reference === undefined ? [] : [ratioText(row.ratioToReference)]),
      ...(isAgainst ? [ratioText(row.against?.ratio)] : []),
    ]);
  }
  console.log(`\n${id}: ${unitText(comparison)}${bestPeer === undefined ? '' : `; best peer: ${bestPeer}`}`);
  console.log(table.toString());
  for (const target of targets) console.log(`  ${targetText(target)}`);
  for (const each of missing) {
    console.log(`  ${missingText(each)}`);
    if (each.failed) console.error(each.reason);
  }
}

/** Which rows got worse, held to the other checkout. */
export function printAgainst({ against, programs }: Results): void {
  if (against === undefined) return;
  const rows = programs.flatMap(({ name, comparisons }) =>
    comparisons.flatMap((comparison) =>
      comparison.rows.flatMap((row) => {
        const worse = timesWorse(comparison, row);
        return worse === undefined ? [] : [{ text: `${name} ${comparison.id}: ${row.name} (spread ${spreadText(row)})`, worse }];
      }),
    ),
  );
  const worst = rows.filter(({ worse }) => worse > tolerance).sort((a, b) => b.worse - a.worse);
  console.log(`\n${worst.length} of ${rows.length} rows are worse than ${tolerance} × those of ${against}`);
  for (const { text, worse } of worst) console.log(`  ${worse.toFixed(2)} × worse: ${text}`);
}
