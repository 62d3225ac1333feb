import type { Entry } from '../catalogue/catalogue.js';
import { drawFigure } from '../figures/draw-figure.js';
import { element, escapeText, prose } from '../figures/drawing/markup.js';
import type { Pair } from '../expectation/match.js';
import { type Attempt, isSkip, type Result, type Skip } from '../runner/result.js';
import { attemptsText } from '../terminal/example-report.js';
import { shapeOf } from '../terminal/similar-lines.js';
import { highlighted } from './highlight.js';
import { type ProgramText, programText } from './program-text.js';

/** An example on the page, and the files beside it that its program uses. */
export interface Article {
  readonly html: string;
  readonly uses: readonly string[];
}

export function articleOf(result: Result | Skip): Article {
  if (isSkip(result)) return skippedArticle(result);
  const { entry, shown, passed, attempts } = result;
  const { purpose, python, note, figure } = entry.example;
  const program = programText(entry.file);
  const id = idOf(entry);
  const head = headOf(entry, verdictOf(passed, shown));
  const html = element(
    'article',
    { id },
    head,
    element('p', { class: 'purpose' }, prose(purpose)),
    drawFigure(figure, shown.outcome.recording).html,
    element('div', { class: 'run' }, codeBox(program), outputBox(shown)),
    attempts.length > 1
      ? element('p', { class: 'runs' }, escapeText(`${attemptsText(result)}. One of them is shown.`))
      : '',
    besidePython(python),
    note === undefined ? '' : element('p', { class: 'note' }, prose(note)),
  );
  return { html, uses: program.uses };
}

/** One that could not run here: its program, and why. */
function skippedArticle({ entry, reason }: Skip): Article {
  const { purpose, python } = entry.example;
  const program = programText(entry.file);
  const html = element(
    'article',
    { id: idOf(entry), class: 'skipped' },
    headOf(entry, element('span', { class: 'verdict skipped' }, '– skipped')),
    element('p', { class: 'purpose' }, prose(purpose)),
    element('p', { class: 'note' }, element('b', {}, 'Skipped:'), ' ', prose(reason)),
    element('div', { class: 'run' }, codeBox(program)),
    besidePython(python),
  );
  return { html, uses: program.uses };
}

function idOf({ number }: Entry): string {
  return `example-${number}`;
}

function headOf(entry: Entry, verdict: string): string {
  return element(
    'header',
    {},
    element('span', { class: 'number' }, String(entry.number)),
    element('h3', {}, element('a', { href: `#${idOf(entry)}` }, prose(entry.example.title))),
    verdict,
  );
}

function besidePython(text: string): string {
  return element('p', { class: 'beside-python' }, element('b', {}, 'Beside Python.'), ' ', prose(text));
}

export function sharedFileId(path: string): string {
  return path.replace(/^apps\/demo\/src\//, '').replaceAll(/[^\w-]/g, '-');
}

/** In the place of a tick. */
export function skipMark(): string {
  return element('span', { class: 'mark skipped', role: 'img', 'aria-label': 'skipped' }, '–');
}

export function tick(good: boolean): string {
  const name = good ? 'as expected' : 'not as expected';
  return element(
    'span',
    { class: good ? 'mark' : 'mark bad', role: 'img', 'aria-label': name },
    good ? '✔' : '✘',
  );
}

function verdictOf(passed: boolean, { outcome }: Attempt): string {
  const text = `${passed ? '✔' : '✘'} ${(outcome.duration / 1000).toFixed(2)} s`;
  return element(
    'span',
    { class: passed ? 'verdict' : 'verdict bad', title: passed ? 'passed' : 'failed' },
    text,
  );
}

function codeBox({ path, code, uses }: ProgramText): string {
  const links = uses.map((used) =>
    element(
      'a',
      { href: `#${sharedFileId(used)}` },
      escapeText(used.replace(/^apps\/demo\/src\//, '')),
    ),
  );
  return element(
    'section',
    { class: 'box' },
    element('h4', {}, element('span', {}, 'Program'), element('span', {}, escapeText(path))),
    // Scrollable boxes can be reached, and scrolled, with the keyboard.
    element('pre', { tabindex: 0 }, element('code', {}, highlighted(code))),
    links.length === 0
      ? ''
      : element('p', { class: 'uses' }, 'with ', links.join(', ')),
  );
}

function outputBox({ outcome, verdict }: Attempt): string {
  const pairs = [...verdict.output.pairs, ...verdict.errors.pairs];
  const checks = [
    ...verdict.problems.map((text) => ({ text, holds: false })),
    ...verdict.claims,
    ...(verdict.passed && verdict.claims.length === 0
      ? [{ text: allAsExpected(outcome.lines.length), holds: true }]
      : []),
  ];
  const items = checks.map(({ text, holds }) =>
    element('li', {}, tick(holds), element('span', {}, prose(text))),
  );
  return element(
    'section',
    { class: 'box' },
    element('h4', {}, element('span', {}, 'Output'), element('span', {}, 'and its check')),
    element('ol', { class: 'output', tabindex: 0 }, ...pairs.map(outputLine)),
    element('ul', { class: 'checks' }, ...items),
  );
}

function allAsExpected(lines: number): string {
  return lines === 1 ? 'the line is as expected' : `all ${lines} lines are as expected`;
}

/** A printed line; what was expected stands below it where that says more, and was not said just before. */
function outputLine(pair: Pair, index: number, pairs: readonly Pair[]): string {
  const { printed, expected, matched, open } = pair;
  const before = pairs[index - 1];
  const repeats =
    matched &&
    before?.matched === true &&
    shapeOf(before.expected ?? '') === shapeOf(expected ?? '');
  const compared = expected !== undefined && (!matched || (open && !repeats));
  return element(
    'li',
    { class: matched ? '' : 'wrong' },
    tick(matched),
    element('code', {}, printed === '' ? '&nbsp;' : escapeText(printed ?? '(not printed)')),
    compared
      ? element(
          'code',
          { class: 'expected' },
          escapeText(`${matched ? '≈' : '≠'} ${expected}`),
        )
      : '',
  );
}
