import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Entry } from '../catalogue/catalogue.js';
import type { Section } from '../catalogue/section.js';
import type { Match } from '../expectation/match.js';
import type { Verdict } from '../runner/verdict.js';
import { pairTable } from './pair-table.js';
import type { Style } from './style.js';

const indent = '     ';

/** `── A. Processes ─────────` */
export function sectionHeading(section: Section, style: Style): string {
  const text = `── ${section.letter}. ${section.title} `;
  return style.title(text.padEnd(style.width, '─'));
}

/** The example's title with tick and time, its output beside what was expected, and what was checked. */
export function exampleReport(
  entry: Entry,
  verdict: Verdict,
  duration: number,
  style: Style,
): string {
  const { note } = entry.example;
  return [
    titleLine(entry, verdict, duration, style),
    ...outputTable(verdict.output, 'printed', style),
    ...outputTable(verdict.errors, 'printed on stderr', style),
    ...verdict.problems.map((problem) => `${indent}${style.bad(`✘ ${problem}`)}`),
    ...verdict.claims.map(({ text, holds }) =>
      indented(`${mark(holds, style)} ${text}`, '  ', style),
    ),
    ...(note === undefined ? [] : [indented(note, '', style)]),
  ].join('\n');
}

/** The whole, in a line: how many passed, and which did not. */
export function summaryLine(
  passed: number,
  failed: readonly Entry[],
  time: number,
  style: Style,
): string {
  const count = passed + failed.length;
  const counts = `${count} ${count === 1 ? 'example' : 'examples'}: ${passed} passed, ${failed.length} failed`;
  const which = failed.length === 0 ? '' : ` (${failed.map(({ name }) => name).join(', ')})`;
  const paint = failed.length === 0 ? style.good : style.bad;
  return `${mark(failed.length === 0, style)} ${paint(counts + which)} ${style.faint(seconds(time))}`;
}

function titleLine(entry: Entry, verdict: Verdict, duration: number, style: Style): string {
  const start = `${String(entry.number).padStart(2)}  ${entry.example.title}`;
  const time = seconds(duration);
  const gap = ' '.repeat(Math.max(1, style.width - stringWidth(`✔ ${start}${time}`)));
  return `${mark(verdict.passed, style)} ${style.title(start)}${gap}${style.faint(time)}`;
}

function outputTable(match: Match, heading: string, style: Style): string[] {
  if (match.pairs.length === 0) return [];
  const table = pairTable(match.pairs, heading, style.width - indent.length, style);
  return [table.replaceAll(/^/gm, indent)];
}

/** Text within the width, its further lines indented by `hang` more. */
function indented(text: string, hang: string, style: Style): string {
  const lines = wrapAnsi(text, style.width - indent.length - hang.length).split('\n');
  return lines.map((line, index) => `${indent}${index === 0 ? '' : hang}${line}`).join('\n');
}

function mark(good: boolean, style: Style): string {
  return good ? style.good('✔') : style.bad('✘');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
