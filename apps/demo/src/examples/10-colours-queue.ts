import { isMain } from '@manycore/process';
import { Queue } from '@manycore/queue';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

const colors = ['red', 'green', 'blue', 'black'];

async function main(): Promise<void> {
  const queue = new Queue<string>({ scope: 'processes' });
  console.log('pushing items to queue:');
  let count = 1;
  for (const color of colors) {
    console.log(`item no:  ${count}   ${color}`);
    await queue.put(color);
    record.value('items in the queue', `put ${color}`, queue.size);
    count += 1;
  }
  console.log('\npopping items from queue:');
  count = 0;
  while (!queue.empty) {
    const color = await queue.get();
    console.log(`item no:  ${count}   ${color}`);
    record.value('items in the queue', `get ${color}`, queue.size);
    count += 1;
  }
}

export const example: Example = {
  title: 'A queue of colours',
  purpose:
    'A queue between processes: what goes in first comes out first, and nothing is lost on the way.',
  main,
  expected: [
    'pushing items to queue:',
    ...colors.map((color, index) => `item no:  ${index + 1}   ${color}`),
    '',
    'popping items from queue:',
    ...colors.map((color, index) => `item no:  ${index}   ${color}`),
  ],
  python:
    'put and get are the same; in Python a feeder thread carries the items, so that empty() may be true too early (all four came out in 22 of 40 runs), here put is done when the item is in.',
  note: 'With other consumers about, empty is out of date as soon as it is read, in either language.',
  figure: {
    caption: 'How many items the queue holds after each put and get: up to four, and back to none.',
    parts: [{ kind: 'levels', counts: 'items in the queue' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);
