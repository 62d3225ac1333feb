import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  Application,
  type Context,
  Converter,
  type DeclarationReflection,
  MinimalSourceFile,
  normalizePath,
  ReflectionKind,
  type TypeDocOptions,
} from 'typedoc';
import { root } from '../command.js';
import { publishedPackages } from '../published-packages.js';
import { copyPages, type Pages } from './pages.js';

/** A name that packages re-export has its page in the first of these that exports it. */
const order = ['core', 'memory', 'sync', 'queue', 'process', 'thread', 'pool', 'cluster', 'manycore'];

/**
 * Writes the site into `folder`, whose content it replaces: the API of each published package, their READMEs and
 * the pages of docs/. Any warning of typedoc is an error: a public signature that names what is not exported, or a
 * link that leads nowhere.
 */
export async function buildSite(folder: string): Promise<void> {
  const copies = mkdtempSync(join(tmpdir(), 'manycore-docs-'));
  try {
    const pages = copyPages(copies);
    const app = await Application.bootstrap({ ...options(pages), out: folder });
    app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
      if (reflection.kindOf(ReflectionKind.Module)) describePackage(context, reflection, pages);
    });
    const project = await app.convert();
    if (project !== undefined) {
      // Of the types that are not exported, typedoc reports those of one package. A broken link it then reports for each.
      for (const { manifest } of publishedPackages()) {
        project.packageName = manifest.name;
        app.validate(project);
      }
      delete project.packageName;
      await app.generateOutputs(project);
    }
    if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) {
      throw new Error('typedoc complained: see above');
    }
  } finally {
    rmSync(copies, { recursive: true });
  }
}

function options({ readme, documents }: Pages): Partial<TypeDocOptions> {
  return {
    name: 'manycore',
    entryPoints: entryPoints(),
    // One program of all sources: what a package takes from another is the same declaration there.
    tsconfig: join(root, 'scripts', 'docs', 'tsconfig.json'),
    // The gate `types` checks them.
    skipErrorChecking: true,
    readme,
    projectDocuments: [...documents],
    excludeExternals: true,
    // Re-exported, and described by Node.
    externalSymbolLinkMappings: {
      '@types/node': {
        '"worker_threads".ResourceLimits':
          'https://nodejs.org/api/worker_threads.html#workerresourcelimits',
      },
    },
    excludeInternal: true,
    excludePrivate: true,
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true },
    disableGit: true,
    basePath: root,
    sourceLinkTemplate: 'https://github.com/manycore/manycore/blob/main/{path}#L{line}',
    customCss: join(root, 'scripts', 'docs', 'site.css'),
    favicon: join(root, 'scripts', 'docs', 'favicon.svg'),
    headings: { readme: false, document: false },
    // The packages come before the documents.
    kindSortOrder: ['Module'],
    groupOrder: [
      ...['Modules', 'Documents', 'Decisions'],
      ...['Constructors', 'Properties', 'Accessors', 'Methods', '*'],
    ],
    navigation: { includeFolders: false },
    navigationLinks: { GitHub: 'https://github.com/manycore/manycore' },
    searchInComments: true,
    searchInDocuments: true,
    githubPages: true,
    hideGenerator: true,
    logLevel: 'Warn',
  };
}

function entryPoints(): string[] {
  const published = publishedPackages().map(({ folder }) => relative(join(root, 'packages'), folder));
  const missing = published.filter((name) => !order.includes(name));
  if (missing.length > 0) throw new Error(`scripts/docs/site.ts: where in the order is ${missing.join(', ')}?`);
  return order.map((name) => join(root, 'packages', name, 'src', 'index.ts'));
}

/** Gives the module of a package the package's name and README. */
function describePackage(context: Context, module: DeclarationReflection, { packages }: Pages): void {
  const source = context.getSymbolFromReflection(module)?.declarations?.[0]?.getSourceFile().fileName ?? '';
  const found = publishedPackages().find(
    ({ folder }) => normalizePath(join(folder, 'src', 'index.ts')) === normalizePath(source),
  );
  const file = packages.get(found?.manifest.name ?? '');
  if (found === undefined || file === undefined) throw new Error(`${source} is the index of no published package`);
  module.name = found.manifest.name;
  const readme = new MinimalSourceFile(readFileSync(file, 'utf8'), normalizePath(file));
  module.readme = context.converter.parseRawComment(readme, context.project.files).content;
  context.project.files.registerReflectionPath(normalizePath(file), module);
}
