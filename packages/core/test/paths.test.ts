// Paths and URLs of all systems, whichever one this is: what functions that turn one into the other make of them.
import { refer, task } from '@manycore/core';
import { runProgram } from '@manycore/testing';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { moduleUrl } from '../src/platform/modules.js';
import { isFile, pathOf } from '../src/platform/own-script.js';

const packages = fileURLToPath(new URL('../..', import.meta.url));

describe('the URL of a script, as the engine names it', () => {
  test.each<[string, string | undefined]>([
    ['/home/me/work.js', 'file:///home/me/work.js'],
    ['/home/me/a b/#1?/100%/%41.js', 'file:///home/me/a%20b/%231%3F/100%25/%2541.js'],
    ['/home/ü/工作.js', 'file:///home/%C3%BC/%E5%B7%A5%E4%BD%9C.js'],
    ['C:\\work\\main.js', 'file:///C:/work/main.js'],
    ['c:\\Program Files\\a#b\\50%.js', 'file:///c:/Program%20Files/a%23b/50%25.js'],
    ['C:/work/main.js', 'file:///C:/work/main.js'],
    ['\\\\server\\share\\my work\\main.js', 'file://server/share/my%20work/main.js'],
    ['file:///home/me/a%20b.js', 'file:///home/me/a%20b.js'],
    ['file:///C:/a%20b/%23.js?v=1', 'file:///C:/a%20b/%23.js?v=1'],
    ['file://server/share/main.js', 'file://server/share/main.js'],
    ['data:text/javascript,export{}', 'data:text/javascript,export{}'],
    ['node:fs', 'node:fs'],
    ['file:///home/me/[eval1]', undefined],
    // A file of that name: of a path, a URL escapes the brackets.
    ['file:///C:/work/%5Beval1%5D', 'file:///C:/work/%5Beval1%5D'],
    ['[eval]', undefined],
    ['evalmachine.<anonymous>', undefined],
    ['webpack://app/./main.js', undefined],
    ['D:main.js', undefined],
    ['', undefined],
  ])('%s', (script, url) => {
    expect(moduleUrl(script)).toBe(url);
  });
});

describe('a registered function of', () => {
  test.each([
    ['C:\\a b\\__filename.js', 'file:///C:/a%20b/__filename.js'],
    ['\\\\server\\share\\x.js', 'file://server/share/x.js'],
    ['/a b/c#d.js', 'file:///a%20b/c%23d.js'],
  ])('%s', (place, module) => {
    expect(refer(task(place, 'work', () => 1))).toMatchObject({ module, name: 'work' });
  });

  test.each(['C:work.js', 'work.js', '..\\work.js', ''])('%j, which is neither path nor URL', (place) => {
    expect(() => task(place, 'work', () => 1)).toThrow('url must be import.meta.url, or __filename in CommonJS');
  });
});

describe('a target by its module: a path is refused, with what to write', () => {
  test.each([
    ['C:\\tasks.js', 'pathToFileURL(path) of node:url'],
    ['C:/tasks.js', 'pathToFileURL(path) of node:url'],
    ['\\\\server\\share\\tasks.js', 'pathToFileURL(path) of node:url'],
    ['./tasks.js', "new URL('./tasks.js', import.meta.url)"],
    ['/home/tasks.js', "new URL('/home/tasks.js', import.meta.url)"],
  ])('%s', (module, instead) => {
    expect(() => refer({ module, name: 'f' })).toThrow(`target.module must be a URL, not '${module}'; write ${instead}`);
  });

  test.each(['file:///C:/a%20b/tasks.js', 'file://server/share/tasks.js', 'node:fs'])('%s is a URL', (module) => {
    expect(refer({ module, name: 'f' })).toMatchObject({ module, name: 'f' });
  });
});

test.each([
  ['file:///a%20b/%23%25.js?x#y', '/a b/#%.js'],
  ['file:///C:/a%20b.js', '/C:/a b.js'],
  ['file:///100%/x.js', '/100%/x.js'],
])('the path in %s, for comparison', (url, path) => {
  expect(pathOf(url)).toBe(path);
});

test.each(['file:///C:/no/such.js', 'file://server/share/x.js', 'file:///%00.js', 'https://a/b.js', 'node:fs'])(
  '%s is no file here',
  (url) => {
    expect(isFile(url)).toBe(false);
  },
);

const program = (imports: string, guard: string, exported: string): string => `
${imports}
function add(a, b) { return a + b; }
${exported}
if (${guard}) {
  const activity = [new Thread({ target: add, args: [1, 2] }), new Process({ target: add, args: [3, 4] })];
  for (const each of activity) each.start();
  Promise.all(activity.map((each) => each.result)).then((results) => console.log(results.join()));
}`;
const modules = `import { isMain, Process } from '@manycore/process'; import { Thread } from '@manycore/thread';`;
const common = `const { isMain, Process } = require('@manycore/process'); const { Thread } = require('@manycore/thread');`;

// Of Windows, no folder may have "?" in its name.
test.each(['a b', '#1', '100%', '%41%20', 'ü工作', "it's [x] (1) & {y}, ~$@;=+!", ...(process.platform === 'win32' ? [] : ['a?b'])])(
  'a program and its packages in a folder named %j',
  async (name) => {
    const folder = join(mkdtempSync(join(realpathSync(tmpdir()), 'manycore-')), name);
    try {
      for (const each of ['core', 'memory', 'process', 'thread']) {
        const target = join(folder, 'node_modules', '@manycore', each);
        mkdirSync(target, { recursive: true });
        for (const part of ['package.json', 'dist']) cpSync(join(packages, each, part), join(target, part), { recursive: true });
      }
      writeFileSync(join(folder, 'main.mjs'), program(modules, 'isMain(import.meta)', 'export { add };'));
      writeFileSync(join(folder, 'main.cjs'), program(common, 'isMain(module)', 'exports.add = add;'));
      for (const file of ['main.mjs', 'main.cjs']) {
        const { lines } = await runProgram(pathToFileURL(join(folder, file)));
        expect(lines, file).toEqual(['3,7']);
      }
      symlinkSync(join(folder, 'main.mjs'), join(folder, 'link.mjs'));
      expect((await runProgram(join(folder, 'link.mjs'))).lines).toEqual(['3,7']);
    } finally {
      rmSync(join(folder, '..'), { recursive: true });
    }
  },
);
