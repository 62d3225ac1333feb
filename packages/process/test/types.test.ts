import { Process } from '@manycore/process';
import { expectTypeOf, test } from 'vitest';

function repeatText(text: string, times: number): string {
  return text.repeat(times);
}

type Answer = (question?: string) => Promise<number>;

// The gate `types` checks this file; nothing in it runs.
test('arguments and result have the types of the function', () => {
  expectTypeOf<Process<typeof repeatText>['result']>().toEqualTypeOf<Promise<string>>();
  expectTypeOf<Process<Answer>['result']>().toEqualTypeOf<Promise<number>>();
  const untyped = (): Process => new Process({ target: { module: 'node:path', name: 'join' } });
  expectTypeOf(untyped).returns.toExtend<Process>();
  expectTypeOf(typed).returns.toEqualTypeOf<Process<typeof repeatText>[]>();
});

function typed(): Process<typeof repeatText>[] {
  return [
    new Process({ target: repeatText, args: ['a', 2] }),
    // @ts-expect-error -- the second argument is a number
    new Process({ target: repeatText, args: ['a', 'b'] }),
    // @ts-expect-error -- an argument is missing
    new Process({ target: repeatText, args: ['a'] }),
    // @ts-expect-error -- the arguments are missing
    new Process({ target: repeatText }),
  ];
}
