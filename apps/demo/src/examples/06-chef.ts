import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { chartOf, ganttChart, type Span } from '../time/gantt.js';
import { burn } from './cpu-work.js';

/** A task of the cook, with so many portions of work for the processor. */
export interface Dish {
  readonly name: string;
  readonly portions: number;
}

const dishes: readonly Dish[] = [
  { name: 'baking', portions: 8 },
  { name: 'stirring', portions: 5 },
  { name: 'kneading', portions: 6 },
];

/** One cook: a portion of each dish in turn, until all are done. The spans tell what was when. */
export function cook(tasks: readonly Dish[]): Span[] {
  const left = new Map(tasks.map(({ name, portions }) => [name, portions]));
  const spans: Span[] = [];
  while (left.size > 0) {
    for (const [name, portions] of [...left]) {
      const from = now();
      burn(1);
      spans.push({ lane: name, from, to: now() });
      if (portions === 1) left.delete(name);
      else left.set(name, portions - 1);
    }
  }
  return spans;
}

interface Facts {
  readonly alone: readonly Span[];
  readonly together: readonly (readonly Span[])[];
}

async function main(): Promise<Facts> {
  const alone = await new Thread({ target: cook, args: [dishes] }).start().result;
  report('one cook', [alone]);

  const cooks = dishes.map((dish) => new Thread({ target: cook, args: [[dish]] }).start());
  const together = await Promise.all(cooks.map((thread) => thread.result));
  report('three cooks', together);
  return { alone, together };
}

function report(title: string, cooks: readonly (readonly Span[])[]): void {
  const spans = cooks.flat();
  const switches = cooks.map(countSwitches).reduce((sum, each) => sum + each, 0);
  console.log(`${title}: ${spans.length} portions, ${switches} switches`);
  console.log(`work ${worked(spans).toFixed(0)} ms, done after ${elapsed(spans).toFixed(0)} ms`);
  console.log(ganttChart(spans).join('\n'));
}

function countSwitches(spans: readonly Span[]): number {
  return spans.filter((span, index) => index > 0 && span.lane !== spans[index - 1]?.lane).length;
}

/** The sum of the spans' lengths. */
function worked(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** From the beginning of the first to the end of the last. */
function elapsed(spans: readonly Span[]): number {
  return Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from));
}

const times = line('work {work} ms, done after {elapsed} ms', { work: integer, elapsed: integer });
const chart = chartOf(...dishes.map(({ name }) => name));

export const example: Example<Facts> = {
  title: 'The chef: three tasks, one worker or three',
  main,
  expected: [
    'one cook: 19 portions, 17 switches',
    times,
    chart,
    'three cooks: 19 portions, 0 switches',
    times,
    chart,
  ],
  check: ({ facts: { alone } }) => [
    claim(
      'one cook does one thing at a time: the whole takes the sum of its parts, or more',
      alone.every((span, index) => span.from >= (alone[index - 1]?.to ?? 0)) &&
        elapsed(alone) >= worked(alone) - 1e-6 * alone.length,
    ),
  ],
  note: 'With fewer cores than cooks the three share them: then the operating system does the switching.',
};

if (isMain(import.meta)) await runAsProgram(example);
