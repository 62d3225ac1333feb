import { seriesColor } from './drawing.js';
import { element, escapeText } from './markup.js';

/** What the colours mean, in the order of `seriesColor`, and what the dashed line is. */
export function legend(names: readonly string[], dashed?: string): string {
  const items = names.map((name, index) =>
    element(
      'li',
      {},
      element('i', { style: `background:${seriesColor(index)}` }),
      escapeText(name),
    ),
  );
  if (dashed !== undefined) {
    items.push(element('li', {}, element('i', { class: 'dashed' }), escapeText(dashed)));
  }
  return items.length === 0 ? '' : element('ul', { class: 'legend' }, ...items);
}

/** The name of one of several charts. */
export function chartTitle(title: string): string {
  return title === '' ? '' : element('p', { class: 'chart-title' }, escapeText(title));
}
