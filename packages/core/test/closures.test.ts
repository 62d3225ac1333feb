// Which functions are closures, and over what: told by name, at once, without starting anything.
import { refer } from '@manycore/core';
import { expectNoLeaks, importNatively } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

expectNoLeaks();

type AnyFunction = (...args: never[]) => unknown;
type Found = readonly [fn: AnyFunction, names: readonly string[]];

const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);

function refusalOf(fn: AnyFunction): string {
  try {
    refer(fn);
  } catch (error) {
    expect(error).toMatchObject({ name: 'TargetNotFoundError', code: 'MANYCORE_TARGET_NOT_FOUND' });
    return (error as Error).message;
  }
  return 'accepted';
}

/** What it is said to capture: `a`, `b` from `f` and `c` from `g`. */
function capturesOf(fn: AnyFunction): string {
  return / it captures (.*?)\. Pass /.exec(refusalOf(fn))?.[1] ?? refusalOf(fn);
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

interface Closures {
  readonly captures: Readonly<Record<string, Found>>;
  readonly only: Readonly<Record<string, AnyFunction>>;
  readonly topLevel: AnyFunction;
  inBlocks(): Found[];
  outer(far: number): AnyFunction;
  hiding(value: number): AnyFunction;
  withEval(visible: number): AnyFunction;
}

const natively = await importNatively<Closures>(fixture('closures.mjs'));

test.each(Object.entries(natively.captures))('captured by its name: %s', (_, [fn, names]) => {
  expect(capturesOf(fn)).toBe(`${quoted(names)} from \`main\``);
});

test.each(Object.entries(natively.only))('no capture: %s', (_, fn) => {
  expect(refusalOf(fn)).toBe('accepted');
});

test('variables of blocks, loops, catch and switch', () => {
  for (const [fn, names] of natively.inBlocks()) {
    expect(capturesOf(fn)).toBe(`${quoted(names)} from the block or function around it`);
  }
});

test('several owners; an inner variable hides an outer one; a direct eval may use any', () => {
  expect(capturesOf(natively.outer(1))).toBe('`near` from `middle` and `far` from `outer`');
  expect(capturesOf(natively.hiding(1))).toBe('`value` from `innermost` and `inner` from `middle`');
  expect(capturesOf(natively.withEval(1))).toContain('`visible`');
});

test('the top level of a module is no closure', () => {
  expect(refusalOf(natively.topLevel)).toBe('accepted');
  expect(refer(natively.topLevel)).toEqual({
    module: fixture('closures.mjs').href,
    name: 'topLevel',
  });
});

test('CommonJS: what Node wraps around a module is its top level', async () => {
  const { default: common } = await importNatively<{
    default: { plain: AnyFunction; captures: (n: number) => AnyFunction; inBlock: AnyFunction };
  }>(fixture('closures.cjs'));
  expect(refusalOf(common.plain)).toBe('accepted');
  expect(capturesOf(common.captures(2))).toBe('`n` from `exports.captures`');
});

describe('in a test file, whose text Vite rewrites', () => {
  test('imports and the top level are no captures', () => {
    expect(refusalOf(usesTopLevel)).toBe('accepted');
    expect(refer(usesTopLevel)).toEqual({ module: import.meta.url, name: 'usesTopLevel' });
  });

  test('variables of a test are', () => {
    const inTest = 1;
    expect(capturesOf(() => inTest)).toBe('`inTest` from the block or function around it');
    expect(capturesOf(() => [inTest, topLevelOfTest])).not.toContain('topLevelOfTest');
    {
      const inBlock = 2;
      expect(capturesOf(() => [inBlock, inTest])).toContain('`inBlock`');
    }
  });
});

const topLevelOfTest = { quoted };

export function usesTopLevel(): unknown {
  return [topLevelOfTest, expect, refer];
}

test('the text says how to repair it', () => {
  const factor = 2;
  const scale = (x: number): number => x * factor;
  expect(refusalOf(scale)).toBe(
    'cannot run `scale` in a worker: it captures `factor` from the block or function around it. ' +
      `Pass \`factor\` in args and export \`scale\` from the top level of ${import.meta.url}`,
  );
});

test('no targets, each for its reason', () => {
  expect(refusalOf(usesTopLevel.bind(null))).toContain('it is a bound function');
  expect(refusalOf(Math.max)).toContain('it is built in or native');
  expect(refusalOf(new Proxy(usesTopLevel, {}))).toContain('it is built in or native');
  expect(refusalOf(Widget as never)).toContain('it is a class');
  for (const nothing of ['work', null, undefined, 1, { name: 'f' }, { module: 'file:///x', name: '' }]) {
    expect(() => refer(nothing as never)).toThrow(
      /^target must be a function or \{ module: URL, name: string \}/,
    );
  }
  const text = (wrong: unknown): string => {
    try {
      refer(wrong as never);
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };
  const apart = 'pass the function itself, and its arguments apart from it: f, 1 and not f(1)';
  expect(text(Promise.resolve(1))).toContain(`, not a promise: you called it; ${apart}`);
  expect(text(9)).toContain(`, not 9. If you called it, ${apart}`);
  expect(text(undefined)).toContain(`, not undefined. If you called it, ${apart}`);
});

class Widget {
  readonly size = 1;
}

test('asking changes nothing: the next answer is the same, and no debugger stays', () => {
  expect(refer(usesTopLevel)).toEqual(refer(usesTopLevel));
  const factor = 1;
  const closure = (): number => factor;
  expect(refusalOf(closure)).toBe(refusalOf(closure));
});
