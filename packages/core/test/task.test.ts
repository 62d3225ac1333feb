import { fileURLToPath } from 'node:url';
import { refer, task, tasks } from '@manycore/core';
import { resolveTarget } from '@manycore/core/internal';
import { expectNoLeaks, importNatively } from '@manycore/testing';
import { describe, expect, expectTypeOf, test } from 'vitest';

expectNoLeaks();

const double = task(import.meta.url, function double(n: number): number {
  return 2 * n;
});

test('returns the function itself, which works as before', () => {
  expect(double(4)).toBe(8);
  expect(refer(double)).toEqual({ module: import.meta.url, name: 'double' });
});

test('registering it again changes nothing', () => {
  expect(task(import.meta.url, double)).toBe(double);
});

test('is found where it was registered, without an export', async () => {
  const module = new URL('fixtures/targets/registered.mjs', import.meta.url).href;
  const triple = await resolveTarget({ module, name: 'triple' }, undefined);
  expect(triple(...([5] as never[]))).toBe(15);
});

describe('under a name of its own', () => {
  const anonymous = [(n: number): number => n / 2][0] as (n: number) => number;

  test('a function needs none itself', () => {
    expect(task(import.meta.url, 'half', anonymous)).toBe(anonymous);
    expect(refer(anonymous)).toEqual({ module: import.meta.url, name: 'half' });
  });

  test('a function that was a plain target before', () => {
    expect(refer(plainFirst).name).toBe('plainFirst');
    task(import.meta.url, 'renamed', plainFirst);
    expect(refer(plainFirst).name).toBe('renamed');
  });

  test('__filename in CommonJS', () => {
    const fn = task(fileURLToPath(import.meta.url), 'of a path', (): number => 1);
    expect(refer(fn)).toEqual({ module: import.meta.url, name: 'of a path' });
  });
});

export function plainFirst(): void {
  // Only its place matters.
}

class Widget {
  readonly size = 1;
}

describe('tasks', () => {
  test('the keys are the names; the object comes back with its types', () => {
    const table = { sum: (a: number, b: number): number => a + b, 'to text': (n: number) => String(n) };
    const registered = tasks(import.meta.url, table);
    expect(registered).toBe(table);
    expectTypeOf(registered).toEqualTypeOf<typeof table>();
    expect(refer(registered.sum)).toEqual({ module: import.meta.url, name: 'sum' });
    expect(refer(registered['to text']).name).toBe('to text');
    expect(tasks(import.meta.url, table)).toBe(table);
  });

  test('generic functions and the exports of a module', async () => {
    const { same } = tasks(import.meta.url, { same: <T>(value: T): T => value });
    expectTypeOf(same('a' as const)).toEqualTypeOf<'a'>();
    const forms = await importNatively<Record<'plain', () => number>>(
      new URL('fixtures/targets/registered-table.mjs', import.meta.url),
    );
    expect(refer(forms.plain).name).toBe('under a key');
  });

  test('a worker finds them by the key alone', async () => {
    const module = new URL('fixtures/targets/registered-table.mjs', import.meta.url).href;
    const fn = await resolveTarget({ module, name: 'under a key' }, undefined);
    expect(fn()).toBe(11);
    await expect(resolveTarget({ module, name: 'none' }, undefined)).rejects.toThrow(
      `${module} does not export \`none\` (it exports \`plain\` and registers \`under a key\`). `,
    );
  });

  test('wrong arguments: none of the functions is registered', () => {
    const ok = (): number => 1;
    const wrong = (table: unknown) => () => tasks(import.meta.url, table as Record<string, () => void>);
    for (const table of [undefined, null, 'ok', ok, [ok], new Map([['ok', ok]])]) {
      expect(wrong(table)).toThrow(
        new TypeError('tasks(url, { … }): the second argument must be an object { name: function, … }'),
      );
    }
    expect(wrong({ ok, limit: 3 })).toThrow(
      new TypeError('tasks(url, { … }): the value of `limit` must be a function, not a value of type number'),
    );
    expect(wrong({ ok, Of: Widget })).toThrow(
      'the value of `Of` must be a function, not a class; write one that uses the class',
    );
    expect(wrong({ ok, '': ok })).toThrow('a key is empty; each key is the name of its function');
    expect(wrong({ ok, sum: () => 0 })).toThrow('registers two functions named sum; rename one');
    // @ts-expect-error -- a value is no function
    expect(() => tasks(import.meta.url, { ok, called: Promise.resolve(1) })).toThrow(
      'the value of `called` must be a function, not a promise: pass the function itself, without calling it',
    );
    for (const url of [undefined, './here.js', 'https://example.com/x.js']) {
      expect(() => tasks(url as never, { ok })).toThrow(
        new TypeError('tasks(url, { … }): url must be import.meta.url, or __filename in CommonJS'),
      );
    }
    expect(() => refer(ok)).not.toThrow();
    expect(refer(ok).name).toBe('ok');
  });
});

test('wrong arguments', () => {
  expect(() => task(import.meta.url, 'double' as never)).toThrow(
    new TypeError('task(url, name, fn): fn must be a function, not undefined'),
  );
  expect(() => task(import.meta.url, 1 as never)).toThrow(
    new TypeError('task(url, fn): fn must be a function, not a value of type number'),
  );
  for (const name of ['', 1, null]) {
    expect(() => task(import.meta.url, name as string, double)).toThrow(
      new TypeError('task(url, name, fn): name must be a string of at least one character'),
    );
  }
  expect(() => task(import.meta.url, [() => 1][0] as () => number)).toThrow(
    new TypeError(
      "task(url, fn): fn needs a name; write task(url, 'work', fn), which minifiers keep as it is",
    ),
  );
  expect(() => task('./here.js', double)).toThrow(
    new TypeError('task(url, fn): url must be import.meta.url, or __filename in CommonJS'),
  );
  expect(() => task(import.meta.url, 'double', () => 0)).toThrow(
    `task(url, name, fn): ${import.meta.url} registers two functions named double; rename one ` +
      '(modules that are bundled into one file share their names)',
  );
});
