import type { Redis } from 'ioredis';
import { scripts } from '../protocol/scripts.js';

type Argument = string | number | Uint8Array;

/** The scripts as commands of a connection. */
export interface Commands {
  begin(keys: readonly string[], args: readonly Argument[]): Promise<number>;
  answer(keys: readonly string[], args: readonly Argument[]): Promise<number>;
  attach(keys: readonly string[], args: readonly Argument[]): Promise<readonly [Uint8Array, Uint8Array] | null>;
  refuse(keys: readonly string[], args: readonly Argument[]): Promise<number>;
  renew(keys: readonly string[], args: readonly Argument[]): Promise<number>;
}

/** What `defineCommand` adds to a connection. */
type Defined = Record<string, (...args: Argument[]) => Promise<unknown>>;

const commands = {
  begin: { name: 'manycoreBegin', numberOfKeys: 5 },
  attach: { name: 'manycoreAttach', numberOfKeys: 2 },
  refuse: { name: 'manycoreRefuse', numberOfKeys: 1 },
  renew: { name: 'manycoreRenew', numberOfKeys: 3 },
} as const;

export function scriptCommands(redis: Redis): Commands {
  for (const [script, { name, numberOfKeys }] of Object.entries(commands)) {
    redis.defineCommand(name, { numberOfKeys, lua: scripts[script as keyof typeof commands] });
  }
  const defined = redis as unknown as Defined;
  const call =
    <R>(command: string) =>
    (keys: readonly string[], args: readonly Argument[]): Promise<R> =>
      defined[command]?.(...keys, ...args) as Promise<R>;
  return {
    begin: call(commands.begin.name),
    // Not by its hash: what follows on the same connection must find it done, also where Redis has forgotten scripts.
    answer: (keys, args) => redis.eval(scripts.answer, keys.length, ...keys, ...(args as string[])) as Promise<number>,
    // Its results are bytes.
    attach: call(`${commands.attach.name}Buffer`),
    refuse: call(commands.refuse.name),
    renew: call(commands.renew.name),
  };
}
