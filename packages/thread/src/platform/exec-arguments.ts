import { Worker } from 'node:worker_threads';

/** Options with which a thread finds and loads modules as its parent does. */
const forModules = /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions)$/;

/**
 * The options for a thread's `Worker` where it cannot just inherit the process's: `--input-type`, for
 * programs given by `--eval` or on standard input, is refused by a thread, whose program is a file.
 */
export function threadExecArgv(): string[] | undefined {
  if (!process.execArgv.some((word) => /^--input-type(?:=|$)/.test(word))) return undefined;
  return process.execArgv.filter((word, index, all) => {
    const isValue = forModules.test(all[index - 1] ?? '');
    return isValue || forModules.test(word.split('=')[0] ?? '');
  });
}

/** No version of Node has it. */
const unknown = '--manycore-no-such-option';

/**
 * Which of these options no thread can have, in Node's words; undefined when it can have all. Node tells only
 * when a `Worker` is made, and then all that are wrong at once: so one is asked for that cannot be made.
 */
export function refusedExecArgv(execArgv: readonly string[]): string | undefined {
  try {
    void new Worker('', { eval: true, execArgv: [...execArgv, unknown] }).terminate();
  } catch (error) {
    const refused = (error as Error).message.replace(/^.*?: /, '').split(', ');
    const others = refused.filter((each) => each !== unknown);
    return others.length > 0 ? others.join(', ') : undefined;
  }
  return undefined;
}
