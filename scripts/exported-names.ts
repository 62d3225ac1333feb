import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** An `export { … } from '…'` of a module. */
export interface Reexport {
  readonly names: readonly string[];
  readonly from: string;
}

/** A statement that is no `export { … } from '…'`, and its line. */
export interface OtherStatement {
  readonly line: number;
}

/** The statements of a module that is to hold nothing but re-exports by name. */
export function reexportsOf(path: string): readonly (Reexport | OtherStatement)[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  return file.statements.map((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (
        exportClause !== undefined &&
        ts.isNamedExports(exportClause) &&
        moduleSpecifier !== undefined &&
        ts.isStringLiteral(moduleSpecifier)
      ) {
        return { names: exportClause.elements.map(({ name }) => name.text), from: moduleSpecifier.text };
      }
    }
    const { line } = file.getLineAndCharacterOfPosition(statement.getStart(file));
    return { line: line + 1 };
  });
}
