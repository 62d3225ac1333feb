import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { workspace } from './workspace.js';

/** How a README on a registry's page names a file of this repository. */
const ownAddress = /^https:\/\/github\.com\/manycore\/manycore\/(?:blob|tree)\/main\//;

/** The links of a document that lead nowhere in this repository: to no file, or to no heading of one. */
export function brokenLinks(path: string): string[] {
  return linksOf(readFileSync(path, 'utf8'))
    .filter((link) => !leadsSomewhere(link, path))
    .map((link) => `${relative(workspace, path)}: ${link}`);
}

/** The targets of inline links, images and link definitions, outside of code. */
export function linksOf(markdown: string): string[] {
  const text = withoutBlocks(markdown).replaceAll(/`[^`\n]*`/g, '');
  const inline = text.matchAll(/\]\(([^)\s]+)(?:\s[^)]*)?\)/g);
  const definitions = text.matchAll(/^\[[^\]]+\]: (\S+)$/gm);
  return [...inline, ...definitions].map(([, target = '']) => target);
}

/** The anchors that GitHub gives to the headings of a document. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(markdown).matchAll(/^#+ (.*)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}_\- ]/gu, '').trim().replaceAll(' ', '-');
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n += 1) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

function leadsSomewhere(link: string, from: string): boolean {
  const isOwn = ownAddress.test(link);
  if (!isOwn && /^[a-z]+:/.test(link)) return true; // another site's
  const [file = '', anchor] = (isOwn ? link.replace(ownAddress, '') : link).split('#');
  const path = file === '' && !isOwn ? from : join(isOwn ? workspace : dirname(from), file);
  if (!existsSync(path)) return false;
  if (anchor === undefined || !path.endsWith('.md')) return true;
  return anchorsOf(readFileSync(path, 'utf8')).has(anchor);
}

function withoutBlocks(markdown: string): string {
  return markdown.replaceAll(/^ *(`{3,})[^]*?^ *\1 *$/gm, '');
}
