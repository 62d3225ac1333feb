import type { Entry } from '../catalogue/catalogue.js';
import { sectionHeading } from './example-report.js';
import type { Style } from './style.js';

/** The examples by section: number, title, topics. */
export function listing(entries: readonly Entry[], style: Style): string {
  const lines: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry.section !== entries[index - 1]?.section) {
      if (index > 0) lines.push('');
      lines.push(sectionHeading(entry.section, style));
    }
    const start = `${String(entry.number).padStart(4)}  ${entry.example.title}`;
    const topics = entry.topics.join(', ');
    lines.push(`${start.padEnd(style.width - topics.length - 1)} ${style.faint(topics)}`);
  }
  return lines.join('\n');
}
