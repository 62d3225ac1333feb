import { Thread } from '@manycore/thread';
import { expectTypeOf, test } from 'vitest';

function repeatText(text: string, times: number): string {
  return text.repeat(times);
}

type Answer = (question?: string) => Promise<number>;

// The gate `types` checks this file; nothing in it runs.
test('arguments and result have the types of the function', () => {
  expectTypeOf<Thread<typeof repeatText>['result']>().toEqualTypeOf<Promise<string>>();
  expectTypeOf<Thread<Answer>['result']>().toEqualTypeOf<Promise<number>>();
  const untyped = (): Thread => new Thread({ target: { module: 'node:path', name: 'join' } });
  expectTypeOf(untyped).returns.toExtend<Thread>();
  expectTypeOf(typed).returns.toEqualTypeOf<Thread<typeof repeatText>[]>();
});

function typed(): Thread<typeof repeatText>[] {
  return [
    new Thread({ target: repeatText, args: ['a', 2] }),
    // @ts-expect-error -- the second argument is a number
    new Thread({ target: repeatText, args: ['a', 'b'] }),
    // @ts-expect-error -- an argument is missing
    new Thread({ target: repeatText, args: ['a'] }),
    // @ts-expect-error -- the arguments are missing
    new Thread({ target: repeatText }),
  ];
}
