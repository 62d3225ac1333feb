// Gate: `manycore` only re-exports: every statement of its sources is an `export … from '…'`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../command.js';

const folder = join(root, 'packages', 'manycore', 'src');

for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.ts')) continue;
  const path = join(folder, name);
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  for (const statement of file.statements) {
    if (isReexport(statement)) continue;
    const { line } = file.getLineAndCharacterOfPosition(statement.getStart(file));
    console.error(
      `packages/manycore/src/${name}:${line + 1}: the umbrella only re-exports; ` +
        'move this to the package that it belongs to',
    );
    process.exitCode = 1;
  }
}

/** `export {}` alone, the mark of an empty module, is fine too. */
function isReexport(statement: ts.Statement): boolean {
  if (!ts.isExportDeclaration(statement)) return false;
  const { moduleSpecifier, exportClause } = statement;
  if (moduleSpecifier !== undefined) return true;
  return (
    exportClause !== undefined &&
    ts.isNamedExports(exportClause) &&
    exportClause.elements.length === 0
  );
}
