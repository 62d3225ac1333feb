// @ts-check
// Part of the build of packages of which programs use a class or two: lets bundlers leave out the others.
// A class that registers itself in a static block is one with side effects to a bundler, which then keeps it, and
// all it needs, in every program. As the result of a call that is marked as pure, it is kept where it is used.
// Lines stay where they are, so the source maps hold.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const folder = join(process.cwd(), 'dist');
for (const name of readdirSync(folder).filter((each) => each.endsWith('.js'))) {
  const path = join(folder, name);
  writeFileSync(path, withPureClasses(readFileSync(path, 'utf8')));
}

/**
 * Of `var Lock = class extends Base { … };`, which is how the build writes a class at the top level, makes
 * `var Lock = /* @__PURE__ *\/ (() => class Lock extends Base { … })();`.
 *
 * @param {string} code
 */
function withPureClasses(code) {
  const file = ts.createSourceFile('module.js', code, ts.ScriptTarget.ESNext, true);
  const declarations = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  let result = code;
  // From the last one, so that the positions of those before it hold.
  for (const { name, initializer } of declarations.toReversed()) {
    if (initializer === undefined || !ts.isClassExpression(initializer)) continue;
    const [begin, end] = [initializer.getStart(file), initializer.getEnd()];
    // Its name was that of the variable.
    const named = initializer.name === undefined ? `class ${name.getText(file)}` : 'class';
    const body = result.slice(begin, end).replace(/^class/, named);
    result = `${result.slice(0, begin)}/* @__PURE__ */ (() => ${body})()${result.slice(end)}`;
  }
  return result;
}
