import { type Fact, groupsOf, only, type Recording } from '../recording/recording.js';
import { type Drawing, enumerate, type Layout, widthOf } from './drawing/drawing.js';
import { element, label, svg } from './drawing/markup.js';
import { chartTitle } from './drawing/legend.js';
import type { Memory } from './figure.js';

const columnWidth = 104;
const gap = 8;

/** For each process, what its threads share, and below it a column for each thread. */
export function drawMemory(part: Memory, recording: Recording, layout: Layout): Drawing {
  const facts = only(recording, 'fact');
  const processes = [...groupsOf(facts)].map(([group, own]) =>
    element('div', {}, chartTitle(group), drawProcess(part, own, widthOf[layout])),
  );
  return {
    html: element('div', { class: 'row' }, ...processes),
    marks: facts.length,
    description: enumerate(
      facts.map(({ group, subject, name, value }) => `${group ?? ''}, ${subject}: ${name} ${value}`),
      20,
    ),
  };
}

function drawProcess(part: Memory, facts: readonly Fact[], most: number): string {
  const shared = facts.filter(({ subject }) => subject === part.shared);
  const threads = facts.filter(({ subject }) => subject !== part.shared);
  const inner = Math.max(columnWidth * 1.4, threads.length * (columnWidth + gap) - gap);
  const width = Math.min(most, inner + 2 * gap + 2);
  const column = (width - 2 * gap - 2 - (threads.length - 1) * gap) / threads.length;
  const boxes = [
    box(gap + 1, 10, width - 2 * gap - 2, 54, 'shared', [
      ['code · data · files', 'muted'],
      [`heap: ${shared.map(({ name, value }) => `${name} = ${value}`).join(', ')}`, ''],
    ]),
    ...threads.map(({ name, value, subject }, index) => {
      const x = gap + 1 + index * (column + gap);
      return (
        box(x, 72, column, 30, 'private', [['registers', 'muted']]) +
        box(x, 108, column, 54, 'private', [
          ['stack', 'muted'],
          [`${name} = ${value}`, ''],
        ]) +
        thread(x + column / 2, 172, subject)
      );
    }),
  ];
  const frame = element('rect', { x: 1, y: 1, width: width - 2, height: 238, rx: 8, class: 'frame' });
  return svg(width, 240, { class: 'memory' }, frame, ...boxes);
}

/** A box with lines of text; the last is what was recorded. */
function box(
  x: number,
  y: number,
  width: number,
  height: number,
  kind: string,
  lines: readonly (readonly [text: string, style: string])[],
): string {
  const texts = lines.map(([text, style], index) => {
    return label(x + width / 2, y + 20 + index * 20, text, {
      'text-anchor': 'middle',
      class: style,
    });
  });
  return element(
    'g',
    lines.some(([, style]) => style === '') ? { 'data-mark': '' } : {},
    element('rect', { x, y, width, height, rx: 5, class: kind }),
    ...texts,
  );
}

/** A thread of execution as a waved line, with its name below. */
function thread(x: number, y: number, name: string): string {
  const wave = Array.from({ length: 3 }, () => 'q6 4 0 8 q-6 4 0 8').join(' ');
  return (
    element('path', { d: `M${x} ${y - 2} ${wave}`.slice(0, 400), class: 'wave' }) +
    label(x, y + 62, name, { 'text-anchor': 'middle' })
  );
}
