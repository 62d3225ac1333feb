import ts from 'typescript';
import typescript5 from 'typescript-5';

/** A way in which users compile: a version of TypeScript, and what their tsconfig.json says of modules. */
export interface Compiler {
  readonly title: string;
  readonly compiler: typeof ts;
  readonly options: ts.CompilerOptions;
  /** Whether it understands programs that are ES modules, and such as become CommonJS. */
  readonly esModules: boolean;
  readonly commonJs: boolean;
}

// Their types are of two declarations; the part that is used is the same.
const five = typescript5 as unknown as typeof ts;
const { ModuleKind, ModuleResolutionKind } = ts;

const settings = [
  { name: 'commonjs', module: ModuleKind.CommonJS, commonJs: true },
  { name: 'node16', module: ModuleKind.Node16, esModules: true, commonJs: true },
  { name: 'nodenext', module: ModuleKind.NodeNext, esModules: true, commonJs: true },
  { name: 'bundler', module: ModuleKind.ESNext, esModules: true },
] as const;

export const compilers: readonly Compiler[] = [five, ts].flatMap((compiler) =>
  settings.map(({ name, module, ...kinds }) => ({
    title: `TypeScript ${compiler.version}, ${name}`,
    compiler,
    options: { module, moduleResolution: resolutionOf(name, compiler) },
    esModules: false,
    commonJs: false,
    ...kinds,
  })),
);

/** What a tsconfig.json gets that leaves it out. */
function resolutionOf(name: string, compiler: typeof ts): ts.ModuleResolutionKind {
  if (name === 'node16') return ModuleResolutionKind.Node16;
  if (name === 'nodenext') return ModuleResolutionKind.NodeNext;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- by TypeScript 6; it is 5's own choice.
  if (name === 'commonjs' && compiler === five) return ModuleResolutionKind.Node10;
  return ModuleResolutionKind.Bundler;
}
