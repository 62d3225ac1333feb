// The page: one file that needs nothing else, neither the network nor scripts.
import { readFileSync } from 'node:fs';
import type { ComparisonResult, ProgramResult, Results, Row } from '../../harness/results.js';
import {
  figureText,
  machineText,
  missingText,
  ratioText,
  spreadText,
  targetText,
  unitText,
  versionsText,
} from '../words.js';
import { chartOf } from './chart.js';
import { element, escapeText } from './markup.js';

/** Wide for a desk, narrow for a phone. */
const widths = { wide: 800, narrow: 340 };

export function pageOf(results: Results): string {
  const { programs } = results;
  const style = readFileSync(new URL('../../../src/report/page/page.css', import.meta.url), 'utf8');
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<link rel="icon" href="data:,">',
    element('title', {}, 'manycore: benchmarks'),
    `<style>${style}</style>`,
  ];
  const body = element('main', {}, introduction(results), contents(programs), ...programs.map(programOf));
  return `<!doctype html>\n${element(
    'html',
    { lang: 'en' },
    element('head', {}, ...head),
    element('body', {}, body),
  )}\n`;
}

function introduction({ machine, quick, against }: Results): string {
  return [
    element('h1', {}, 'manycore: benchmarks'),
    element('p', {}, escapeText(`${machineText(machine)}.`)),
    quick ? element('p', {}, '<b>A quick run</b>: it shows that all works, not how fast it is.') : '',
    against === undefined
      ? ''
      : element('p', {}, escapeText(`Our rows were also measured with the packages of ${against}.`)),
    element(
      'p',
      { class: 'soft' },
      'Figures of one comparison were taken alternately, in one run: read the ratios. The line through a bar ' +
        'is its interquartile range. ',
      escapeText(`${versionsText(machine)}.`),
    ),
    element(
      'p',
      { class: 'key soft' },
      '<i style="background:var(--ours)"></i>ours',
      '<i style="background:var(--peer)"></i>peers',
      '<i style="background:var(--reference)"></i>references, no peers to beat',
    ),
  ].join('');
}

function contents(programs: readonly ProgramResult[]): string {
  const items = programs.map(({ name }) => element('li', {}, element('a', { href: `#${name}` }, name)));
  return element('nav', { 'aria-label': 'Contents' }, element('ul', {}, ...items));
}

function programOf({ name, description, comparisons }: ProgramResult): string {
  return [
    element('h2', { id: name }, escapeText(name)),
    element('p', { class: 'soft' }, escapeText(description)),
    ...comparisons.map(comparisonOf),
  ].join('');
}

function comparisonOf(comparison: ComparisonResult): string {
  const { title, bestPeer, rows, missing, targets } = comparison;
  const best = bestPeer === undefined ? '' : `; best peer: ${bestPeer}`;
  return element(
    'section',
    { class: 'comparison' },
    element('h3', {}, escapeText(title)),
    element('p', { class: 'soft' }, escapeText(unitText(comparison) + best)),
    ...Object.entries(widths).map(([layout, width]) =>
      rows.length === 0 ? '' : element('div', { class: layout }, chartOf(comparison, width)),
    ),
    targets.length === 0 ? '' : element('ul', { class: 'targets' }, ...targets.map(targetOf)),
    ...missing.map((each) => element('p', { class: 'soft' }, escapeText(missingText(each)))),
    element('details', {}, '<summary>Figures</summary>', tableOf(comparison)),
  );
}

function targetOf(target: ComparisonResult['targets'][number]): string {
  const { holds } = target;
  const verdict = holds === undefined ? 'unknown' : holds ? 'holds' : 'missed';
  return element('li', { class: verdict }, escapeText(targetText(target)));
}

function tableOf({ unit, reference, rows }: ComparisonResult): string {
  const isAgainst = rows.some(({ against }) => against !== undefined);
  const head = ['', unit, 'spread', '× best peer'];
  if (reference !== undefined) head.push(`× ${reference}`);
  if (isAgainst) head.push('× other checkout');
  const body = rows.map((row) => tableRow(row, reference !== undefined, isAgainst));
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...head.map((cell) => element('th', {}, escapeText(cell))))),
      element('tbody', {}, ...body),
    ),
  );
}

function tableRow(row: Row, hasReference: boolean, isAgainst: boolean): string {
  const cells = [figureText(row.median), spreadText(row), ratioText(row.ratio)];
  if (hasReference) cells.push(ratioText(row.ratioToReference));
  if (isAgainst) cells.push(ratioText(row.against?.ratio));
  return element(
    'tr',
    { class: row.role },
    ...[row.name, ...cells].map((cell) => element('td', {}, escapeText(cell))),
  );
}
