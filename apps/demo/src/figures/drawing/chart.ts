import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** What is used here of an element, whichever document made it. */
interface ChartElement {
  readonly outerHTML: string;
  readonly children: Iterable<ChartElement>;
  querySelectorAll(selector: string): Iterable<ChartElement>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  remove(): void;
}

const page = parseHTML('<!doctype html><html><body></body></html>') as { readonly document: unknown };

/** The marks of which each stands for something recorded; rules, axes and texts explain them. */
const dataMarks = ['rect', 'bar', 'dot', 'line', 'area'];

/** Draws a chart without a browser. Its colours and fonts are those of the page's style sheet. */
export function chart(options: Plot.PlotOptions): { readonly svg: string; readonly marks: number } {
  const settings: object = { ...options, document: page.document, className: 'chart' };
  const root = Plot.plot(settings) as unknown as ChartElement;
  // Plot's own style sheet would be repeated in every chart.
  for (const style of root.querySelectorAll('style')) style.remove();
  root.setAttribute('aria-hidden', 'true');
  let marks = 0;
  for (const group of root.querySelectorAll('g[aria-label]')) {
    const isData =
      dataMarks.includes(group.getAttribute('aria-label') ?? '') ||
      group.getAttribute('class') === 'moment';
    if (!isData) continue;
    for (const mark of group.children) {
      mark.setAttribute('data-mark', '');
      marks += 1;
    }
  }
  return { svg: root.outerHTML, marks };
}
