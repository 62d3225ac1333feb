import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type WorkerKit, type AnyFunction, failureOf, outcomeOf } from './kit.js';

interface Forms {
  readonly plain: AnyFunction;
  readonly arrow: AnyFunction;
  readonly later: AnyFunction;
  readonly renamed: AnyFunction;
  readonly one: AnyFunction;
  readonly two: AnyFunction;
  readonly default: AnyFunction;
  readonly Exported: { run: AnyFunction; prototype: { scale: AnyFunction } };
  readonly bound: AnyFunction;
  readonly named: Readonly<Record<'hidden' | 'namesake' | 'anonymous', AnyFunction>>;
}

/** Which functions can be a target, and what is said of those that cannot. */
export function targetContract(kit: WorkerKit): void {
  const fixture = (name: string): URL => new URL(name, kit.targets);
  const load = async <T>(name: string): Promise<T> => (await import(fixture(name).href)) as T;
  const returned = async (target: AnyFunction, ...args: unknown[]): Promise<unknown> => {
    const outcome = await outcomeOf(kit, target, ...args);
    if (outcome.threw !== undefined) throw outcome.threw as Error;
    return outcome.returned;
  };

  describe('targets', () => {
    test('exported plainly, as an arrow, async, renamed, as default, under exchanged names', async () => {
      const forms = await load<Forms>('forms.mjs');
      expect(
        await Promise.all([
          returned(forms.plain, 1, 2),
          returned(forms.arrow, 1, 2),
          returned(forms.later, 1, 2),
          returned(forms.renamed, 3, 4),
          returned(forms.default, 9, 4),
          returned(forms.one, 1, 2),
          returned(forms.two, 1, 2),
        ]),
      ).toEqual([103, 103, 103, 112, 5, 'two,1,2', 'one,1,2']);
    });

    test('by module and name: a URL, its text, any exported name', async () => {
      const module = fixture('forms.mjs');
      const run = async (name: string, from: URL | string = module): Promise<unknown> =>
        (await outcomeOf(kit, { module: from, name }, 5, 2)).returned;
      expect(
        await Promise.all([
          run('plain'),
          run('renamed', module.href),
          run('default'),
          run('bound'),
          run('join', 'node:path').catch(() => 'refused'),
        ]),
      ).toEqual([107, 110, 3, 106, undefined]);
      const joined = await outcomeOf(kit, { module: 'node:path', name: 'join' }, 'a', 'b');
      expect(joined.returned).toBe('a/b');
    });

    test('registered tasks, not exported; closures among them', async () => {
      const { tasks } = await load<{ tasks: Record<'triple' | 'multiply', AnyFunction> }>(
        'registered.mjs',
      );
      expect(await Promise.all([returned(tasks.triple, 4), returned(tasks.multiply, 4)])).toEqual([
        12, 28,
      ]);
      const named = await outcomeOf(kit, { module: fixture('registered.mjs'), name: 'triple' }, 5);
      expect(named.returned).toBe(15);
    });

    test('of CommonJS modules', async () => {
      const whole = await load<{ default: Record<'computedName' | 'arrow', AnyFunction> }>(
        'common.cjs',
      );
      const single = await load<{ default: AnyFunction }>('common-whole.cjs');
      expect(
        await Promise.all([
          returned(whole.default.computedName, 1),
          returned(whole.default.arrow, 1),
          returned(single.default, 1),
        ]),
      ).toEqual([11, 12, 21]);
    });
  });

  describe('what cannot be a target', () => {
    const refusal = async (target: AnyFunction): Promise<string> => {
      const error = await failureOf(() => kit.create({ target }));
      expect(error).toMatchObject({ name: 'TargetNotFoundError', code: 'MANYCORE_TARGET_NOT_FOUND' });
      return error.message;
    };
    const failure = async (target: Parameters<typeof outcomeOf>[1]): Promise<string> => {
      const { threw, exitCode } = await outcomeOf(kit, target, 1);
      expect(exitCode).toBe(1);
      expect(threw).toMatchObject({ name: 'TargetNotFoundError', code: 'MANYCORE_TARGET_NOT_FOUND' });
      return (threw as Error).message;
    };

    test('is refused at once, each with its reason', async () => {
      const { bound, Exported } = await load<Forms>('forms.mjs');
      expect(await refusal(bound)).toBe(
        `cannot run \`bound plain\` in a ${kit.kind}: it is a bound function. ` +
          'Export the function itself and pass what it was bound to in args',
      );
      expect(await refusal(Math.max)).toContain('`max`');
      expect(await refusal(Math.max)).toContain('it is built in or native');
      expect(await refusal(Exported as never)).toContain('`Exported`');
      expect(await refusal(Exported as never)).toContain('it is a class');
      const evaluated = runInThisContext('(function evaluated() {})') as AnyFunction;
      expect(await refusal(evaluated)).toContain(
        'it was not defined in a module',
      );
    });

    test('a closure is refused by what it captures', async () => {
      const factor = 2;
      const shift = { by: 1 };
      const scale = (n: number): number => n * factor + shift.by;
      const text = await refusal(scale);
      expect(text).toContain(`cannot run \`scale\` in a ${kit.kind}: it captures \`factor\`, \`shift\``);
      expect(text).toContain('Pass `factor`, `shift` in args and export `scale` from the top level of');
    });

    test('functions that the module does not export', async () => {
      const { named, Exported } = await load<Forms>('forms.mjs');
      const module = fixture('forms.mjs').href;
      expect(await failure(named.hidden)).toContain(
        `cannot run \`hidden\`: ${module} does not export \`hidden\` (it exports `,
      );
      expect(await failure(named.anonymous)).toContain(
        `cannot run an anonymous function: ${module} does not export the function \`(a) => a\` (it exports `,
      );
      expect(await failure(Exported.run)).toBe(
        `cannot run \`run\`: it is a method, which ${module} does not export. ` +
          'Export a function that takes or makes the object and calls it',
      );
      expect(await failure(Exported.prototype.scale)).toContain('cannot run `scale`: it is a method');
      expect(await failure(named.namesake)).toContain(
        'exports another function of that name. Export the one you passed, or register it',
      );
    });

    test('module and name that do not match', async () => {
      const module = fixture('forms.mjs');
      expect(await failure({ module, name: 'nothing' })).toContain('does not export `nothing`');
      expect(await failure({ module, name: 'notFunction' })).toContain(
        `the export \`notFunction\` of ${module.href} is not a function, but a value of type object`,
      );
      expect(await failure({ module, name: 'Exported' })).toContain(
        'is not a function, but a value of type class',
      );
    });

    test.each([
      ['no-such-file.mjs', 'there is no module '],
      ['throws-while-loading.mjs', 'threw while it was loaded: RangeError: the module has a bad day'],
      ['misses-dependency.mjs', 'threw while it was loaded: Error: Cannot find module'],
      ['data:text/javascript,export function work( {}', 'threw while it was loaded: SyntaxError'],
    ])('modules that cannot be loaded: %s', async (name, why) => {
      const module = fixture(name);
      const text = await failure({ module, name: 'work' });
      expect(text).toContain('cannot run `work`: ');
      expect(text).toContain(module.href);
      expect(text).toContain(why);
    });

    test('modules that never end loading, or end the worker', async () => {
      const never = await outcomeOf(kit, { module: fixture('never-loads.mjs'), name: 'work' });
      expect(never.threw).toMatchObject({ name: 'WorkerDiedError', code: 'MANYCORE_WORKER_DIED' });
      const exits = await outcomeOf(kit, { module: fixture('exits-while-loading.mjs'), name: 'work' });
      expect(exits).toMatchObject({ exitCode: 7, threw: { exitCode: 7 } });
    });

    test('targets that are no URL', async () => {
      const error = await failureOf(() => kit.create({ target: { module: './work.js', name: 'f' } }));
      expect(error).toMatchObject({
        name: 'TypeError',
        message:
          "target.module must be a URL, not './work.js'; write new URL('./work.js', import.meta.url)",
      });
    });
  });
}
