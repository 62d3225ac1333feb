import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

/** A page of a site: what it leads to, and what can be led to in it. */
interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

/** How many links the pages of a site have to files of the site, and which of them lead to no file or to no anchor. */
export function checkSiteLinks(folder: string): { readonly count: number; readonly broken: readonly string[] } {
  const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).map((name) => name.split(sep).join('/'));
  const pages = new Map(files.filter((name) => /[.](?:html|svg)$/.test(name)).map((name) => [name, readPage(folder, name)]));
  const known = new Set(files);
  const leadsSomewhere = (from: string, link: string): boolean => {
    const [path = '', anchor = ''] = link.split('#', 2).map(decodeURIComponent);
    const joined = path === '' ? from : posix.join(posix.dirname(from), path);
    const target = joined === '.' || joined === './' ? 'index.html' : joined;
    return known.has(target) && (anchor === '' || pages.get(target)?.anchors.has(anchor) === true);
  };
  const links = [...pages].flatMap(([from, page]) => page.links.map((link) => ({ from, link })));
  return {
    count: links.length,
    broken: links.filter(({ from, link }) => !leadsSomewhere(from, link)).map(({ from, link }) => `${from}: ${link}`),
  };
}

function readPage(folder: string, name: string): Page {
  const html = readFileSync(join(folder, name), 'utf8');
  const links = attributes(html, 'href|src').filter((link) => !/^[a-z]+:/.test(link));
  return { links, anchors: new Set(attributes(html, 'id|name')) };
}

function attributes(html: string, names: string): string[] {
  return [...html.matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, 'g'))].map(([, value = '']) =>
    value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
  );
}
