import { join } from 'node:path';
import ts from 'typescript';
import { workspace } from './workspace.js';

/** What a strict user's tsconfig.json says. */
const strict: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  verbatimModuleSyntax: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  typeRoots: [join(workspace, 'node_modules', '@types')],
};

/** For programs whose imports shall become calls of `require`. */
export const commonJsOptions: ts.CompilerOptions = { verbatimModuleSyntax: false };

/** Type-checks programs as their readers' compilers would, and makes JavaScript of them. */
export class Compilation {
  readonly #program: ts.Program;

  /** With other options than `nodenext`, and by another version of TypeScript, if they are given. */
  constructor(paths: readonly string[], options: ts.CompilerOptions = {}, compiler = ts) {
    this.#program = compiler.createProgram(paths, { ...strict, ...options });
  }

  /** The complaints about one of the programs, as tsc prints them; empty when there are none. */
  complaintsAbout(path: string): string {
    const file = this.#program.getSourceFile(path);
    if (file === undefined) throw new Error(`${path} is not part of this compilation`);
    return format([
      ...this.#program.getSyntacticDiagnostics(file),
      ...this.#program.getSemanticDiagnostics(file),
    ]);
  }

  /** The complaints about the declaration files below a folder that the programs reach. */
  complaintsBelow(folder: string): string {
    return this.#program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(folder))
      .map(({ fileName }) => this.complaintsAbout(fileName))
      .join('');
  }

  /** Writes the program's JavaScript beside it. Gives the path of that. */
  emit(path: string): string {
    this.#program.emit(this.#program.getSourceFile(path));
    return path.replace(/ts$/, 'js');
  }
}

function format(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => '/',
    getNewLine: () => '\n',
  });
}
