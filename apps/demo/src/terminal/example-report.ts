import stringWidth from 'string-width';
import type { Section } from '../catalogue/section.js';
import type { Match } from '../expectation/match.js';
import { isSkip, ranOf, type Result, type Skip } from '../runner/result.js';
import { outputLines } from './output-lines.js';
import { pictureLines } from './picture.js';
import type { Style } from './style.js';
import { mark, paragraph, seconds } from './text.js';

const indent = '     ';

/** `── A. Processes ─────────` */
export function sectionHeading(section: Section, style: Style): string {
  const text = `── ${section.letter}. ${section.title} `;
  return style.title(text.padEnd(style.width, '─'));
}

/** The example's title with tick and time, what it is for, its output, its checks and its picture. */
export function exampleReport(result: Result, style: Style): string {
  const { entry, attempts, shown } = result;
  const { purpose, python, note } = entry.example;
  const { verdict, outcome } = shown;
  const prose = (text: string): string[] => paragraph(indent, text, style.width).map(style.faint);
  return [
    ...titleLines(result, style),
    ...prose(purpose),
    ...outputOf(verdict.output, style),
    ...(verdict.errors.pairs.length > 0 ? [`${indent}on stderr:`] : []),
    ...outputOf(verdict.errors, style),
    ...verdict.problems.flatMap((problem) =>
      paragraph(`${indent}${style.bad('✘')} `, style.bad(problem), style.width),
    ),
    ...verdict.claims.flatMap(({ text, holds }) =>
      paragraph(`${indent}${mark(holds, style)} `, text, style.width),
    ),
    ...pictureLines(entry.example.figure, outcome.recording, style.width - indent.length).map(
      (line) => style.faint(indent + line),
    ),
    ...prose(`Beside Python: ${python}`),
    ...(note === undefined ? [] : prose(note)),
    ...(attempts.length > 1 ? paragraph(indent, attemptsText(result), style.width) : []),
  ].join('\n');
}

/** The title of an example that cannot run here, and why. */
export function skipReport({ entry, reason }: Skip, style: Style): string {
  const { title, purpose } = entry.example;
  return [
    ...paragraph(`– ${String(entry.number).padStart(2)}  `, title, style.width).map(style.title),
    ...paragraph(indent, purpose, style.width).map(style.faint),
    ...paragraph(indent, `skipped: ${reason}`, style.width),
  ].join('\n');
}

/** How many of several runs passed, and between which times. */
export function attemptsText({ attempts }: Result): string {
  const passed = attempts.filter(({ verdict }) => verdict.passed).length;
  const times = attempts.map(({ outcome }) => outcome.duration);
  return (
    `${attempts.length} runs: ${passed} passed, ${attempts.length - passed} failed; ` +
    `${seconds(Math.min(...times))} to ${seconds(Math.max(...times))}`
  );
}

/** The whole, in a line or two: how many passed, and which did not; and which were skipped, and why. */
export function summaryLines(
  results: readonly (Result | Skip)[],
  notRun: number,
  time: number,
  style: Style,
): string[] {
  const ran = ranOf(results);
  const skipped = results.filter(isSkip);
  const failed = ran.filter(({ passed }) => !passed);
  const count = results.length;
  const counts =
    `${count} ${count === 1 ? 'example' : 'examples'}: ` +
    `${ran.length - failed.length} passed, ${failed.length} failed` +
    (skipped.length === 0 ? '' : `, ${skipped.length} skipped`);
  const which =
    failed.length === 0 ? '' : ` (${failed.map(({ entry }) => entry.name).join(', ')})`;
  const good = failed.length === 0 && notRun === 0;
  const missing = notRun === 0 ? '' : `, interrupted: ${notRun} not run`;
  const paint = good ? style.good : style.bad;
  return [
    ...paragraph(
      `${mark(good, style)} `,
      `${paint(counts + which + missing)} ${style.faint(`in ${seconds(time)}`)}`,
      style.width,
    ),
    ...[...new Set(skipped.map(({ reason }) => reason))].flatMap((reason) => {
      const names = skipped.filter((each) => each.reason === reason).map(({ entry }) => entry.name);
      return paragraph('– ', `skipped ${names.join(', ')}: ${reason}`, style.width);
    }),
  ];
}

function titleLines({ entry, shown, passed }: Result, style: Style): string[] {
  const time = seconds(shown.outcome.duration);
  const number = String(entry.number).padStart(2);
  const lines = paragraph(`${number}  `, entry.example.title, style.width - time.length - 4);
  const [first = '', ...rest] = lines;
  const gap = ' '.repeat(Math.max(1, style.width - stringWidth(first) - time.length - 2));
  return [
    `${mark(passed, style)} ${style.title(first)}${gap}${style.faint(time)}`,
    ...rest.map((line) => `  ${style.title(line)}`),
  ];
}

function outputOf(match: Match, style: Style): string[] {
  return outputLines(match.pairs, style.width - indent.length, style).map((line) => indent + line);
}
