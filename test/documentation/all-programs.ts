import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages } from '../../scripts/published-packages.js';
import { type DocumentedProgram, programsOf } from './documented-program.js';
import { tsdocExamples } from './tsdoc-examples.js';
import { workspace } from './workspace.js';

/** Every program that the workspace's documents and published sources show. */
export function allPrograms(): DocumentedProgram[] {
  const packages = publishedPackages().map(({ folder }) => folder);
  return [
    ...filesIn(workspace),
    ...filesBelow(join(workspace, 'docs')),
    ...packages.flatMap(filesIn),
    ...packages.flatMap((folder) => filesBelow(join(folder, 'src'))),
  ].flatMap(programsIn);
}

function programsIn(path: string): DocumentedProgram[] {
  // A changelog tells of the past, when other programs ran.
  if (path.endsWith('.md') && !path.endsWith('CHANGELOG.md')) {
    return programsOf(readFileSync(path, 'utf8'), path);
  }
  return path.endsWith('.ts') ? tsdocExamples(readFileSync(path, 'utf8'), path) : [];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));
}
