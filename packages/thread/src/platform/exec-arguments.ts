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
