import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { burn } from '../workload/cpu-work.js';

/** A task of a cook, with so many portions of work for the processor. */
export interface Dish {
  readonly name: string;
  readonly portions: number;
}

/** A portion of a dish, and when it was cooked. */
export interface Portion {
  readonly dish: string;
  readonly from: number;
  readonly to: number;
}

const dishes: readonly Dish[] = [
  { name: 'baking', portions: 8 },
  { name: 'stirring', portions: 5 },
  { name: 'kneading', portions: 6 },
];

/** One cook: a portion of each dish in turn, until all are done. */
export function cook(tasks: readonly Dish[]): Portion[] {
  const left = new Map(tasks.map(({ name, portions }) => [name, portions]));
  const cooked: Portion[] = [];
  while (left.size > 0) {
    for (const [dish, portions] of [...left]) {
      const from = now();
      burn(1);
      cooked.push({ dish, from, to: now() });
      if (portions === 1) left.delete(dish);
      else left.set(dish, portions - 1);
    }
  }
  return cooked;
}

async function main(): Promise<void> {
  const alone = await new Thread({ target: cook, args: [dishes] }).start().result;
  report('one cook', [alone]);

  const cooks = dishes.map((dish) => new Thread({ target: cook, args: [[dish]] }).start());
  report('three cooks', await Promise.all(cooks.map((thread) => thread.result)));
}

function report(group: string, cooks: readonly (readonly Portion[])[]): void {
  const portions = cooks.flat();
  const switches = cooks.map(countSwitches).reduce((sum, each) => sum + each, 0);
  const work = portions.reduce((sum, { from, to }) => sum + to - from, 0);
  const begin = Math.min(...portions.map(({ from }) => from));
  const end = Math.max(...portions.map(({ to }) => to));
  console.log(`${group}: ${portions.length} portions, ${switches} switches`);
  console.log(`work ${work.toFixed(0)} ms, done after ${(end - begin).toFixed(0)} ms`);
  for (const [index, cooked] of cooks.entries()) {
    for (const { dish, from, to } of cooked) {
      record.span(`cook ${index + 1}`, dish, from, to, { group });
    }
  }
}

function countSwitches(cooked: readonly Portion[]): number {
  return cooked.filter(({ dish }, index) => index > 0 && dish !== cooked[index - 1]?.dish).length;
}

const times = line('work {work} ms, done after {elapsed} ms', { work: integer, elapsed: integer });

export const example: Example = {
  title: 'The chef: three tasks, one worker or three',
  purpose:
    'One cook who bakes, stirs and kneads switches between the tasks and gains nothing by it; three cooks work at the same time.',
  main,
  expected: [
    'one cook: 19 portions, 17 switches',
    times,
    'three cooks: 19 portions, 0 switches',
    times,
  ],
  check: ({ recording }) => [
    claim(
      'one cook does one thing at a time: no portion began before the one before had ended',
      only(recording, 'span')
        .filter(({ group }) => group === 'one cook')
        .every((span, index, all) => span.from >= (all[index - 1]?.to ?? 0)),
    ),
  ],
  python:
    'In Python three threads would share one interpreter like the one cook; threads of Node compute at the same time.',
  note: 'With fewer cores than cooks the three share them: then the operating system does the switching.',
  alone: true,
  figure: {
    caption:
      'Above, one thread takes a portion of each dish in turn: the total is the sum. Below, a thread for each dish, to the same scale.',
    parts: [{ kind: 'timeline', colorBy: 'label' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);
