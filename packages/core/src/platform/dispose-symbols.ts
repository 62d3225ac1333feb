/**
 * Gives this realm `Symbol.dispose` and `Symbol.asyncDispose` where it lacks them: a test runner's `vm` context
 * on Node 20, which has them in the main realm only. They are the same symbols, so that `using` works with Node's
 * own objects too.
 *
 * Called before any class with such a method is defined.
 */
export function defineDisposeSymbols(): void {
  for (const name of ['dispose', 'asyncDispose']) {
    if (name in Symbol) continue;
    const { runInThisContext } = process.getBuiltinModule('node:vm');
    Object.defineProperty(Symbol, name, { value: runInThisContext(`Symbol.${name}`) });
  }
}
