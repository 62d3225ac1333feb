import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMain, ProcessPool, ThreadPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder, type Expectation } from '../expectation/expectation.js';
import { reportProgress } from '../runner/channel.js';
import { makeImage, preview, sizeOf, type Size, thumbnail } from '../images/thumbnail.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { timeScale } from '../time/scale.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { ownLane } from '../workload/lane.js';

type Mode = 'sequential' | 'processes' | 'threads';
const modes: readonly Mode[] = ['sequential', 'processes', 'threads'];

/** An image to process: the folder that it is in, and its name; and in which of the runs. */
export interface Task {
  readonly folder: string;
  readonly name: string;
  readonly mode: Mode;
}

export async function processImage({ folder, name, mode }: Task): Promise<void> {
  const label = name.replace(/\D/g, '');
  await record.during(
    ownLane(),
    label,
    () => thumbnail(join(folder, name), join(folder, 'processed', name)),
    { group: mode },
  );
  console.log(`${name} was processed...`);
}

const names = Array.from({ length: 15 }, (_, i) => `image-${String(i + 1).padStart(2, '0')}.jpg`);

/** The sizes of the page's photographs, and what they become; in turn. */
const sizes: readonly { readonly from: Size; readonly to: Size }[] = [
  { from: [6000, 4000], to: [1200, 800] },
  { from: [3996, 6000], to: [799, 1200] },
  { from: [3840, 2160], to: [1200, 675] },
];
/** Unless it runs in real time, images of the same shape with fewer pixels do: the thumbnails agree. */
const divisors = [4, 4, 2];
/** The picture shows so many pairs, one of each shape. */
const shown = 3;

/** The sizes of the thumbnails that each mode left. */
type Facts = Readonly<Record<Mode, readonly Size[]>>;

async function main(): Promise<Facts> {
  const folder = await mkdtemp(join(tmpdir(), 'manycore-images-'));
  try {
    for (const [index, name] of names.entries()) {
      await makeImage(join(folder, name), index + 1, originalSize(index));
    }
    const facts = {
      sequential: await run('sequential', folder, async (tasks) => {
        for (const [done, task] of tasks.entries()) {
          await processImage(task);
          onProgress({ done: done + 1 });
        }
      }),
      processes: await run('processes', folder, async (tasks) => {
        await using pool = new ProcessPool();
        await pool.map(processImage, tasks, { onProgress });
      }),
      threads: await run('threads', folder, async (tasks) => {
        await using pool = new ThreadPool();
        await pool.map(processImage, tasks, { onProgress });
      }),
    };
    await recordPairs(folder);
    return facts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  mode: Mode,
  folder: string,
  work: (tasks: Task[]) => Promise<void>,
): Promise<Size[]> {
  const processed = join(folder, 'processed');
  await rm(processed, { recursive: true, force: true });
  await mkdir(processed);
  console.log(mode);
  const tasks = names.map((name) => ({ folder, name, mode }));
  const start = now();
  await work(tasks);
  record.value('time', mode, (now() - start) / 1000);
  printFinished(start, mode);
  return Promise.all(names.map((name) => sizeOf(join(processed, name))));
}

async function recordPairs(folder: string): Promise<void> {
  for (const name of names.slice(0, shown)) {
    for (const [label, path] of [
      ['before', join(folder, name)],
      ['after', join(folder, 'processed', name)],
    ] as const) {
      const size = (await sizeOf(path)).join(' × ');
      record.image(`${label}, ${size}`, await preview(path), { group: name });
    }
  }
}

function onProgress({ done }: { readonly done: number }): void {
  reportProgress(done, names.length);
}

function originalSize(index: number): Size {
  const turn = index % sizes.length;
  const [width, height] = sizes[turn]?.from ?? [0, 0];
  const divisor = timeScale() === 1 ? 1 : (divisors[turn] ?? 1);
  return [width / divisor, height / divisor];
}

const lines = names.map((name) => `${name} was processed...`);
const section = (mode: Mode, output: Expectation): Expectation[] => [mode, output, finished(0, 1)];

export const example: Example<Facts> = {
  title: 'Image processing: blur and thumbnail, in three ways',
  purpose:
    'Fifteen images are blurred and made small: one after the other, by processes, and by threads.',
  main,
  expected: [
    ...section('sequential', { kind: 'sequence', parts: lines }),
    ...section('processes', anyOrder(...lines)),
    ...section('threads', anyOrder(...lines)),
  ],
  check: ({ facts }) =>
    modes.map((mode) =>
      claim(
        `${mode}: 15 thumbnails of 1200×800, 799×1200 and 1200×675`,
        facts[mode].length === names.length &&
          facts[mode].every((size, i) => size.join() === sizes[i % sizes.length]?.to.join()),
      ),
    ),
  python:
    'Pillow is sharp here, and its work leaves JavaScript in both; with processes and threads alike, as many images are in work as there are cores.',
  figure: {
    caption:
      'One image of each shape, before and after. Then what each worker did and when, to one scale, and how long each way took.',
    parts: [
      { kind: 'gallery' },
      { kind: 'timeline' },
      { kind: 'bars', axis: 'time in seconds', unit: 's', digits: 2, reference: 'sequential' },
    ],
  },
  alone: true,
  note: 'The images are generated, not photographs. By default they have fewer pixels than the photographs of the page (--real-time: as many); the thumbnails have the same sizes.',
  timeLimit: 120,
};

if (isMain(import.meta)) await runAsProgram(example);
