import stringWidth from 'string-width';
import type { Entry } from '../catalogue/catalogue.js';
import { sectionHeading } from './example-report.js';
import type { Style } from './style.js';
import { paragraph } from './text.js';

/** The examples by section: number, title, topics. */
export function listing(entries: readonly Entry[], style: Style): string {
  const lines: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry.section !== entries[index - 1]?.section) {
      if (index > 0) lines.push('');
      lines.push(sectionHeading(entry.section, style));
    }
    const topics = entry.topics.join(', ');
    const title = paragraph(`${String(entry.number).padStart(4)}  `, entry.example.title, style.width);
    const last = title.at(-1) ?? '';
    const gap = style.width - stringWidth(last) - topics.length;
    if (gap > 1) {
      lines.push(...title.slice(0, -1), `${last}${' '.repeat(gap)}${style.faint(topics)}`);
    } else {
      lines.push(...title, style.faint(topics.padStart(style.width)));
    }
  }
  return lines.join('\n');
}
