import { createRequire } from 'node:module';

/** What is used here of highlight.js, whose own types would bring those of browsers into all files. */
interface Highlighter {
  registerLanguage(name: string, language: unknown): void;
  highlight(code: string, options: { readonly language: string }): { readonly value: string };
}

const require = createRequire(import.meta.url);
const highlighter = require('highlight.js/lib/core') as Highlighter;
highlighter.registerLanguage('typescript', require('highlight.js/lib/languages/typescript'));

/** TypeScript as HTML, its parts in classes that the style sheet gives colours. */
export function highlighted(code: string): string {
  return highlighter.highlight(code, { language: 'typescript' }).value;
}
