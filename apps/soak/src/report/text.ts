import Table from 'cli-table3';
import picocolors from 'picocolors';
import type { Checkpoint } from '../monitor/checkpoint.js';
import type { FigureName } from '../monitor/figures.js';
import type { Growth } from '../monitor/growth.js';
import type { Failure } from '../run/runner.js';
import type { Report } from './report.js';

const memory: readonly FigureName[] = ['rss', 'heapUsed', 'external', 'arrayBuffers'];

/** The line that tells of a checkpoint while the soak runs. */
export function checkpointLine(checkpoint: Checkpoint, operations: number): string {
  const { at, runs, figures } = checkpoint;
  const names: readonly FigureName[] = [
    'rss',
    'heapUsed',
    'arrayBuffers',
    'descriptors',
    'sources',
    'segments',
    'mappings',
    'threads',
  ];
  const shown = names.map((name) => `${name} ${format(name, figures[name])}`);
  return [clock(at), `${runs} runs`, `${operations.toLocaleString('en')} operations`, ...shown].join('  ');
}

export function failureText(failure: Failure, seed: number): string {
  const isRun = failure.id.includes('#');
  const again = isRun
    ? `\n  again: npm run soak -- --seed ${seed} --only ${failure.id.replace(/#\d+$/, '')}` +
      `\n  that run only, over and over: npm run soak -- --seed ${seed} --only ${failure.id}`
    : '';
  const title = picocolors.red(`✗ ${failure.id}: ${failure.kind}`);
  return `${title}\n${indent(failure.text)}${again}`;
}

export function growthText({ figure, first, last, gain, allowance }: Growth): string {
  const [from, to, by, most] = [first, last, gain, allowance].map((value) => format(figure, value));
  return `${figure} grows: from ${from} to ${to}, by ${by} where ${most} is allowed`;
}

export function reportText(report: Report): string {
  const { seconds, runs, failures, seed, interrupted } = report;
  const ok = report.verdict === 'ok';
  const verdict = ok ? picocolors.green('✔ ok') : picocolors.red('✗ failed');
  const how = interrupted ? ', interrupted' : '';
  const sum = `${runs} runs in ${clock(seconds)}${how}, ${failures.length} failures, seed ${seed}, Node ${report.node}`;
  return [
    scenarioTable(report),
    operationTable(report),
    growthTable(report),
    ...failures.map((failure) => failureText(failure, seed)),
    `${verdict}: ${sum}`,
  ].join('\n');
}

function scenarioTable({ scenarios }: Report): string {
  const table = plainTable(['scenario', 'runs', 'longest']);
  for (const [name, { runs, longest }] of Object.entries(scenarios)) {
    table.push([name, String(runs), `${longest.toFixed(1)} s`]);
  }
  return table.toString();
}

function operationTable({ operations }: Report): string {
  const table = plainTable(['operation', 'times']);
  for (const [kind, n] of Object.entries(operations)) table.push([kind, n.toLocaleString('en')]);
  return table.toString();
}

function growthTable({ growth }: Report): string {
  const table = plainTable(['after the warm-up', 'first', 'last', 'gain', 'may gain', 'verdict']);
  for (const { figure, first, last, gain, allowance, verdict } of growth) {
    const numbers = [first, last, gain, allowance].map((value) => format(figure, value));
    table.push([figure, ...numbers, verdict === 'grows' ? picocolors.red(verdict) : verdict]);
  }
  return table.toString();
}

function plainTable(head: string[]): InstanceType<typeof Table> {
  const colAligns = head.map((_, i) => (i === 0 ? ('left' as const) : ('right' as const)));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function format(figure: FigureName, value: number): string {
  if (memory.includes(figure)) return `${(value / 1024 / 1024).toFixed(1)} MB`;
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');
