import { cpus } from 'node:os';
import type { Style } from './style.js';
import { paragraph } from './text.js';

/** What a reader must know before the first example: what this is, how many, how long, how to choose. */
export function opening(planned: number, all: number, scale: number, style: Style): string {
  const pace =
    scale === 1
      ? 'sleeps last as long as the examples say'
      : `a second of sleep lasts ${scale} s here (--real-time: 1 s)`;
  const count =
    planned === all
      ? `All ${all} examples run now, each in a process of its own, about 40 s on two quiet cores.`
      : `${planned} of ${all} examples ${planned === 1 ? 'runs' : 'run'} now, each in a process of its own.`;
  return [
    ...paragraph(
      '',
      "Python's multiprocessing, threading and concurrent.futures by example, in TypeScript with manycore.",
      style.width,
    ).map(style.title),
    ...paragraph('', `${count} What each prints is checked: ✔ or ✘.`, style.width),
    ...[
      ...paragraph('', 'To choose: npm start -- 23 26, --only threads, --list, --help', style.width),
      ...paragraph(
        '',
        `Node ${process.version}, ${process.platform}, ${cpus().length} CPUs; ${pace}.`,
        style.width,
      ),
    ].map(style.faint),
  ].join('\n');
}
