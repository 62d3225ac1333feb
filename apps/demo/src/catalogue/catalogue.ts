import { readdir } from 'node:fs/promises';
import type { Example } from './example.js';
import { type Section, sectionOf, type Topic } from './section.js';

/** An example with its place in the catalogue, which its file name gives: `23-race-condition.js`. */
export interface Entry {
  readonly number: number;
  /** `23-race-condition` */
  readonly name: string;
  readonly file: URL;
  readonly section: Section;
  readonly topics: readonly Topic[];
  /** The facts are the example's own affair: only its `check` looks at them. */
  readonly example: Example<unknown>;
}

/** All examples in a folder of built modules, by number. Other modules beside them are left alone. */
export async function loadCatalogue(folder: URL): Promise<readonly Entry[]> {
  const files = await readdir(folder);
  const names = files.flatMap((file) => /^(\d\d-[\w-]+)\.js$/.exec(file)?.[1] ?? []).sort();
  return Promise.all(names.map((name) => loadEntry(name, folder)));
}

async function loadEntry(name: string, folder: URL): Promise<Entry> {
  const file = new URL(`${name}.js`, folder);
  const module = (await import(file.href)) as { example?: Example<unknown> };
  const { example } = module;
  if (!example) throw new Error(`${file.href} exports no example`);
  const number = Number.parseInt(name, 10);
  const section = sectionOf(number);
  const topics = [...new Set([section.topic, ...(example.alsoAbout ?? [])])];
  return { number, name, file, section, topics, example };
}
