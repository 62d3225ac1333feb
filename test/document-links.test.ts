// Every link in a document leads to a file of this repository that exists, and to a heading that it has.
// Links to other sites are not followed: the tests have no network.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishedPackages } from '../scripts/published-packages.js';
import { anchorsOf, brokenLinks, linksOf } from './documentation/links.js';
import { workspace } from './documentation/workspace.js';

const isDocument = (name: string): boolean => name.endsWith('.md') && !name.endsWith('CHANGELOG.md');
const documentsIn = (folder: string, recursive = false): string[] =>
  readdirSync(folder, { encoding: 'utf8', recursive })
    .filter(isDocument)
    .map((name) => join(folder, name));

const documents = [
  ...documentsIn(workspace),
  ...documentsIn(join(workspace, 'docs'), true),
  ...publishedPackages().flatMap(({ folder }) => [
    ...documentsIn(folder),
    ...documentsIn(join(folder, 'src'), true),
  ]),
];

test('no link of a document is broken', () => {
  expect(documents.flatMap(brokenLinks)).toEqual([]);
});

test('every page of docs/ is in its index', () => {
  const pages = readdirSync(join(workspace, 'docs')).filter((name) => isDocument(name) && name !== 'README.md');
  expect(linksOf(readFileSync(join(workspace, 'docs', 'README.md'), 'utf8'))).toEqual(expect.arrayContaining(pages));
});

test('a file that is not there is found, and a heading that is not, in the repository and by address', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manycore-links-'));
  const own = 'https://github.com/manycore/manycore/blob/main/';
  const bad = ['none.md', '#none', 'page.md#none', `${own}none.md`, `${own}README.md#none`];
  const good = ['#page', 'page.md', 'page.md#page', `${own}README.md#install`, 'https://example.com/none'];
  const path = join(folder, 'page.md');
  try {
    writeFileSync(path, ['# Page', ...[...bad, ...good].map((link) => `[link](${link})`)].join('\n'));
    expect(brokenLinks(path).map((text) => text.split(': ')[1])).toEqual(bad);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('links are found where they stand, but not in code', () => {
  const markdown = ['[a](b.md#c) `[no](no.md)`', '```md', '[no](no.md)', '```', '![d](e.png "f")', '[g]: h.md'];
  expect(linksOf(markdown.join('\n'))).toEqual(['b.md#c', 'e.png', 'h.md']);
});

test('an anchor is made of a heading as GitHub does', () => {
  const markdown = ['# `map`, and *why*', '## A [link](to.md)', '```sh', '# no', '```', '## A link'];
  expect([...anchorsOf(markdown.join('\n'))]).toEqual(['map-and-why', 'a-link', 'a-link-1']);
});
