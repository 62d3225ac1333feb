import { readFileSync } from 'node:fs';
import { element, escapeText } from '../figures/drawing/markup.js';
import { ranOf, type Result, type Session, type Skip } from '../runner/result.js';
import { type Article, articleOf, sharedFileId } from './article.js';
import {
  bySection,
  chapterBefore,
  contents,
  sectionId,
  sectionLinks,
  type SectionResults,
} from './contents.js';
import { fontFaces } from './fonts.js';
import { highlighted } from './highlight.js';
import { sharedText } from './program-text.js';

/** The whole page: one file, which needs nothing else. */
export function pageOf(results: readonly (Result | Skip)[], session: Session): string {
  const sections = bySection(results);
  const articles = new Map(results.map((result) => [result, articleOf(result)]));
  const style = readFileSync(new URL('../../src/page/page.css', import.meta.url), 'utf8');
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<link rel="icon" href="data:,">',
    element('title', {}, 'manycore: the examples, run and drawn'),
    `<style>${fontFaces()}\n${style}</style>`,
  ];
  const body = [
    bar(sections),
    element(
      'main',
      { class: 'column', id: 'top' },
      intro(results, session),
      contents(sections),
      ...sections.map((section) => sectionOf(section, articles)),
      sharedFiles(results, [...articles.values()]),
      element(
        'footer',
        { class: 'end' },
        'Written by npm start. Every picture is drawn from what this run recorded.',
      ),
    ),
  ];
  return `<!doctype html>\n${element(
    'html',
    { lang: 'en' },
    element('head', {}, ...head),
    element('body', {}, ...body),
  )}\n`;
}

function bar(sections: readonly SectionResults[]): string {
  return element(
    'nav',
    { class: 'bar', 'aria-label': 'Sections' },
    element(
      'div',
      { class: 'column' },
      element('a', { href: '#top', class: 'home' }, 'manycore'),
      sectionLinks(sections),
    ),
  );
}

function intro(results: readonly (Result | Skip)[], session: Session): string {
  const ran = ranOf(results);
  const failed = ran.filter(({ passed }) => !passed);
  const skipped = results.length - ran.length;
  const { node, platform, cpus, scale, began, duration, planned } = session;
  const counts =
    failed.length === 0
      ? `<b class="mark">✔</b> ${bold(`${ran.length} passed`)}`
      : `<b class="mark bad">✘</b> ${bold(`${failed.length} failed`)}, ` +
        `${ran.length - failed.length} passed`;
  const facts = [
    counts +
      (skipped > 0 ? `, ${skipped} skipped` : '') +
      (planned > results.length ? `, ${planned - results.length} not run` : ''),
    `in ${bold(`${(duration / 1000).toFixed(1)} s`)}`,
    escapeText(began.toISOString().replace('T', ' ').slice(0, 16)) + ' UTC',
    `Node ${bold(escapeText(node))} on ${escapeText(platform)}`,
    `${bold(String(cpus))} ${cpus === 1 ? 'CPU' : 'CPUs'}`,
    scale === 1 ? 'sleeps in full' : `a demo second lasts ${bold(`${scale} s`)}`,
  ];
  return element(
    'div',
    { class: 'intro' },
    element('h1', {}, 'Processes, threads and pools, by example'),
    element(
      'p',
      { class: 'lead' },
      'The examples of a classic introduction to parallel programming in Python, run in TypeScript ' +
        'with manycore. Each ran in a process of its own just now; its output was checked line by ' +
        'line, and its picture is drawn from what it recorded.',
    ),
    element('ul', { class: 'summary' }, ...facts.map((fact) => element('li', {}, fact))),
  );
}

function bold(text: string): string {
  return element('b', {}, text);
}

function sectionOf(
  { section, results }: SectionResults,
  articles: ReadonlyMap<Result | Skip, Article>,
): string {
  const head = element(
    'header',
    { class: 'section-head', id: sectionId(section) },
    element(
      'h2',
      {},
      element('span', { class: 'letter' }, section.letter),
      escapeText(section.title),
    ),
    element('p', {}, escapeText(section.about)),
  );
  const parts = results.map((result, index) => {
    const previous = results[index - 1]?.entry.number;
    const chapter = chapterBefore(section, result.entry.number, previous);
    const title = chapter === undefined ? '' : element('p', { class: 'chapter' }, escapeText(chapter));
    return title + (articles.get(result)?.html ?? '');
  });
  return element('section', {}, head, ...parts);
}

/** The files that several programs use, each once. */
function sharedFiles(results: readonly (Result | Skip)[], articles: readonly Article[]): string {
  const [first] = results;
  const paths = [...new Set(articles.flatMap(({ uses }) => uses))].sort();
  if (!first || paths.length === 0) return '';
  const files = paths.map((path) =>
    element(
      'details',
      { class: 'box shared', id: sharedFileId(path) },
      element('summary', {}, escapeText(path)),
      element(
        'pre',
        { tabindex: 0 },
        element('code', {}, highlighted(sharedText(path, first.entry.file))),
      ),
    ),
  );
  return element(
    'section',
    {},
    element(
      'header',
      { class: 'section-head', id: 'shared' },
      element('h2', {}, 'Shared files'),
      element('p', {}, 'What several of the programs use.'),
    ),
    ...files,
  );
}
