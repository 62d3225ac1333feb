// @ts-check
// Part of the build of each published package: what `require` gets. `dist/index.cjs` hands out the ES module,
// which Node can `require` since 20.19, so that a program has one copy of it however it loads it.
// `dist/index.d.cts` says so to TypeScript, whose `node16` refuses to `require` what it takes for an ES module
// (TS1479): the same declarations, file by file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of a declaration file of the same package, as in `from './chunk-4E5QGRHA.js'`. */
const relativeImport = /(?<=from '\.\/)([\w-]+)\.js(?=')/g;

const folder = join(process.cwd(), 'dist');
const names = new Set(['index']);
// What is added to a set while it is iterated is visited as well.
for (const name of names) {
  const text = readFileSync(join(folder, `${name}.d.ts`), 'utf8');
  for (const [, imported = ''] of text.matchAll(relativeImport)) names.add(imported);
  writeFileSync(join(folder, `${name}.d.cts`), text.replaceAll(relativeImport, '$1.cjs'));
}

// Jest has a `require` of its own, which before Node 24.9 takes no ES module. The one of Node loads it outside
// Jest's context, as it loads Node's own modules; `vm` leads there from within.
const entry = `try {
  module.exports = require('./index.js');
} catch (error) {
  if (error.code !== 'ERR_REQUIRE_ESM') throw error;
  const { createRequire } = require('node:vm').runInThisContext("process.getBuiltinModule('node:module')");
  module.exports = createRequire(__filename)('./index.js');
}
`;
writeFileSync(join(folder, 'index.cjs'), entry);
