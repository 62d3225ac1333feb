import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { root } from '../command.js';
import { publishedPackages } from '../published-packages.js';
import { replaceLinks, titleOf, withoutTitle } from './markdown.js';

const repository = 'https://github.com/manycore/manycore';
/** How a README on a registry's page names a file of this repository. */
const ownAddress = /^https:\/\/github\.com\/manycore\/manycore\/(?:blob|tree)\/main\//;

/** The Markdown files of the site, as copies at the same paths in a folder of their own. */
export interface Pages {
  /** The front page. */
  readonly readme: string;
  readonly documents: readonly string[];
  /** The README of each package, by the package's name. */
  readonly packages: ReadonlyMap<string, string>;
}

/**
 * Copies the Markdown files of the site into `folder`. Links between them become relative ones, and links to
 * other files of the repository become addresses of GitHub: the site does not have those files.
 */
export function copyPages(folder: string): Pages {
  const documents = readdirSync(join(root, 'docs'), { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => posixPath(join('docs', name)))
    .sort();
  const readmes = publishedPackages().map(
    (each) => [each.manifest.name, posixPath(relative(root, join(each.folder, 'README.md')))] as const,
  );
  const pages = new Set(['README.md', ...documents, ...readmes.map(([, path]) => path)]);

  const copy = (path: string, change: (text: string) => string = (text) => text): string => {
    const text = readFileSync(join(root, path), 'utf8');
    const copied = join(folder, path);
    mkdirSync(dirname(copied), { recursive: true });
    writeFileSync(copied, change(replaceLinks(text, (link) => linkOnSite(link, path, pages))));
    return copied;
  };
  return {
    readme: copy('README.md'),
    documents: documents.map((path) => copy(path, (text) => described(text, path))),
    // The page of a module has its name as a heading already.
    packages: new Map(readmes.map(([name, path]) => [name, copy(path, withoutTitle)])),
  };
}

/** What a link in the file `from` becomes, when the site has `pages`. Paths are relative to the repository. */
export function linkOnSite(link: string, from: string, pages: ReadonlySet<string>): string {
  const isOwn = ownAddress.test(link);
  if (link.startsWith('#') || (!isOwn && /^[a-z]+:/.test(link))) return link;
  const [path = '', anchor] = link.replace(ownAddress, '').split('#');
  const target = posix.join(isOwn ? '.' : posix.dirname(from), path).replace(/\/$/, '');
  const suffix = anchor === undefined ? '' : `#${anchor}`;
  const page = [target, posix.join(target, 'README.md')].find((each) => pages.has(each));
  if (page !== undefined) return `${posix.relative(posix.dirname(from), page)}${suffix}`;
  const file = join(root, target);
  if (!existsSync(file)) throw new Error(`${from}: the link ${link} leads to no file`);
  return `${repository}/${statSync(file).isDirectory() ? 'tree' : 'blob'}/main/${target}${suffix}`;
}

/** A document with the name and the group that the navigation shows. */
function described(text: string, path: string): string {
  const title = titleOf(text);
  if (title === undefined) throw new Error(`${path} has no heading`);
  const group = path.startsWith('docs/decisions/') ? 'Decisions' : 'Documents';
  return `---\ntitle: ${JSON.stringify(title)}\ngroup: ${group}\n---\n\n${text}`;
}

function posixPath(path: string): string {
  return path.split(sep).join('/');
}
