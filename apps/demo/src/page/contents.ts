import { element, escapeText } from '../figures/drawing/markup.js';
import type { Section } from '../catalogue/section.js';
import { isSkip, type Result, type Skip } from '../runner/result.js';
import { skipMark, tick } from './article.js';

/** The results of one section, in order. */
export interface SectionResults {
  readonly section: Section;
  readonly results: readonly (Result | Skip)[];
}

export function bySection(results: readonly (Result | Skip)[]): SectionResults[] {
  const sections = [...new Set(results.map(({ entry }) => entry.section))];
  return sections.map((section) => ({
    section,
    results: results.filter(({ entry }) => entry.section === section),
  }));
}

export function sectionId({ letter }: Section): string {
  return `section-${letter}`;
}

/** The chapter that begins before an example: of the examples shown, the first of it. */
export function chapterBefore(
  section: Section,
  number: number,
  previous: number | undefined,
): string | undefined {
  const chapter = section.chapters?.findLast(({ first }) => first <= number);
  return chapter && (previous === undefined || previous < chapter.first) ? chapter.title : undefined;
}

/** Links to the sections, for the bar that stays in sight. */
export function sectionLinks(sections: readonly SectionResults[]): string {
  return sections
    .map(({ section }) =>
      element(
        'a',
        { href: `#${sectionId(section)}` },
        escapeText(`${section.letter}  ${shortTitle(section)}`),
      ),
    )
    .join('');
}

function shortTitle({ title, letter }: Section): string {
  if (letter === 'G') return 'Cluster';
  return title.startsWith('Single') ? 'Development' : title;
}

/** The table of contents: the document's sections, their examples, and how each of them went. */
export function contents(sections: readonly SectionResults[]): string {
  const parts = sections.map(({ section, results }) =>
    element(
      'section',
      {},
      element(
        'h2',
        {},
        element(
          'a',
          { href: `#${sectionId(section)}` },
          escapeText(`${section.letter}. ${section.title}`),
        ),
      ),
      ...chapters(section, results),
    ),
  );
  return element('nav', { class: 'contents', 'aria-label': 'Contents' }, ...parts);
}

function chapters(section: Section, results: readonly (Result | Skip)[]): string[] {
  const html: string[] = [];
  let items: string[] = [];
  const close = (): void => {
    if (items.length > 0) html.push(element('ol', {}, ...items));
    items = [];
  };
  for (const [index, result] of results.entries()) {
    const { entry } = result;
    const chapter = chapterBefore(section, entry.number, results[index - 1]?.entry.number);
    if (chapter !== undefined) {
      close();
      html.push(element('h3', {}, escapeText(chapter)));
    }
    const { number, example } = entry;
    items.push(
      element(
        'li',
        {},
        element('span', { class: 'number' }, String(number)),
        element('a', { href: `#example-${number}` }, escapeText(example.title)),
        isSkip(result) ? skipMark() : tick(result.passed),
      ),
    );
  }
  close();
  return html;
}
