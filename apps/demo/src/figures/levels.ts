import { only, type Recording } from '../recording/recording.js';
import { type Drawing, enumerate, type Layout, textWidth, widthOf } from './drawing/drawing.js';
import { element, label, svg } from './drawing/markup.js';
import type { Levels } from './figure.js';

const cell = 16;
const gap = 4;
const rowHeight = 24;

/** A row for each value: what happened, and as many filled cells as there were then. */
export function drawLevels(part: Levels, recording: Recording, layout: Layout): Drawing {
  const values = only(recording, 'value');
  const most = Math.max(1, ...values.map(({ y }) => y));
  const left = Math.max(0, ...values.map(({ x }) => textWidth(String(x)))) + 14;
  const rows = values.map(({ x, y }, index) => {
    const top = 22 + index * rowHeight;
    const cells = Array.from({ length: most }, (_, i) =>
      element('rect', {
        x: left + i * (cell + gap),
        y: top,
        width: cell,
        height: cell,
        rx: 3,
        class: i < y ? 'cell filled' : 'cell',
      }),
    );
    const count = label(left + most * (cell + gap) + 6, top + 12.5, String(y), { class: 'muted' });
    const name = label(left - 14, top + 12.5, String(x), { 'text-anchor': 'end' });
    return element('g', { 'data-mark': '' }, name, ...cells, count);
  });
  const head = label(left, 11, part.counts, { class: 'axis-name' });
  const used = left + Math.max(most * (cell + gap) + 24, textWidth(part.counts, 11));
  const width = Math.min(widthOf[layout], Math.ceil(used));
  return {
    html: svg(width, 26 + values.length * rowHeight, { class: 'levels' }, head, ...rows),
    marks: values.length,
    description: `${part.counts}: ${enumerate(values.map(({ x, y }) => `${x}: ${y}`))}.`,
  };
}
