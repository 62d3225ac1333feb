// The tables of a document, between the markers that say whose they are.
import type { ComparisonResult, ProgramResult, Results } from '../harness/results.js';
import {
  figureText,
  machineText,
  missingText,
  ratioText,
  spreadText,
  targetText,
  unitText,
  versionsText,
} from './words.js';

const marked = /(<!-- bench: ([a-z-]+) -->\n)[^]*?(<!-- end of bench -->)/g;

/**
 * The text with the tables of these results in place of the old ones: between `<!-- bench: pool-map -->`
 * and `<!-- end of bench -->` stand those of that program, after `bench: versions` the versions of the peers. The
 * tables of programs that were not run stay.
 */
export function withTables(text: string, results: Results): string {
  return text.replaceAll(marked, (whole, begin: string, name: string, end: string) => {
    if (name === 'versions') return `${begin}\n${versionsText(results.machine)}.\n\n${end}`;
    const program = results.programs.find((each) => each.name === name);
    return program === undefined ? whole : `${begin}${tablesOf(program, results)}${end}`;
  });
}

function tablesOf({ comparisons }: ProgramResult, { machine, quick }: Results): string {
  const how = `${machineText(machine)}.${quick ? ' A quick run: not to be relied on.' : ''}`;
  return `\n${comparisons.map(tableOf).join('\n')}\n*${how}*\n\n`;
}

function tableOf(comparison: ComparisonResult): string {
  const { title, bestPeer, reference, rows, missing, targets } = comparison;
  const remarks = [...targets.map(targetText), ...missing.map(missingText)];
  const best = bestPeer === undefined ? '' : `; best peer: ${bestPeer}`;
  const head = ['', comparison.unit, 'spread'];
  if (bestPeer !== undefined) head.push('× best peer');
  if (reference !== undefined) head.push(`× ${reference}`);
  const lines = [
    `**${title}** (${unitText(comparison)}${best})`,
    '',
    line(head),
    line(head.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...rows.map((row) => {
      const name = row.role === 'ours' ? `**${row.name}**` : row.name;
      const cells = [name, figureText(row.median), spreadText(row)];
      if (bestPeer !== undefined) cells.push(ratioText(row.ratio));
      if (reference !== undefined) cells.push(ratioText(row.ratioToReference));
      return line(cells);
    }),
    '',
    ...remarks.map((remark) => `- ${remark}`),
    ...(remarks.length === 0 ? [] : ['']),
  ];
  return `${lines.join('\n')}\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
