import { readFileSync } from 'node:fs';

/** A recipe of docs/test-runners.md: the files of a project, and the command that tests it. */
export interface Recipe {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly command: string;
}

/** The sections of the page that have a command; the files of those without are in every project. */
export function recipesOf(page: URL): Recipe[] {
  const sections = readFileSync(page, 'utf8').split(/^## /m).map(readSection);
  const shared = Object.assign({}, ...sections.filter(({ command }) => command === '').map(({ files }) => files)) as object;
  return sections
    .filter(({ command }) => command !== '')
    .map((section) => ({ ...section, files: { ...shared, ...section.files } }));
}

function readSection(text: string): Recipe {
  const files: Record<string, string> = {};
  let command = '';
  for (const [, language, code = ''] of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (language === 'sh') command = code.trim();
    const name = /^\/\/ (\S+)\n/.exec(code)?.[1];
    if (language === 'js' && name !== undefined) files[name] = code;
  }
  return { title: text.split('\n', 1)[0] ?? '', files, command };
}
