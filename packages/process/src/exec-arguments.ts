/** Options that are only for the parent's own program, and those of them whose value is the next word. */
const programOptions =
  /^(?:-e|-p|-pe|-i|--eval|--print|--interactive|--input-type|--run|--watch\b.*|--test\b.*)$/;
const withValue =
  /^(?:-e|-p|-pe|--eval|--print|--input-type|--run|--watch-path|--test-(?:concurrency|isolation|name-pattern|reporter|reporter-destination|shard|skip-pattern|timeout)|--inspect-port|--debug-port)$/;

/**
 * The options for a child's `node`: the parent's own, without what is only for the parent's program
 * (`--eval` and its text, `--watch`, `--test`), and with debugger ports that do not collide: the system
 * chooses a free one. A child does not wait for a debugger as a parent under `--inspect-brk` does: it
 * would wait forever if none attached.
 */
export function childExecArgv(parent: {
  readonly execArgv: readonly string[];
  readonly environment: string;
}): string[] {
  const { execArgv, environment } = parent;
  const argv: string[] = [];
  let inspects = /--inspect(?!-publish)/.test(environment);
  const words = execArgv.values();
  for (const word of words) {
    const [name = word] = word.split('=');
    if (name === word && withValue.test(name)) words.next();
    if (programOptions.test(name)) continue;
    if (/^--(?:inspect|debug)-port$/.test(name)) {
      inspects = true;
    } else if (/^--inspect(?:-brk|-wait)?$/.test(name)) {
      inspects = true;
      argv.push('--inspect');
    } else {
      argv.push(word);
    }
  }
  if (inspects) argv.push('--inspect-port=0');
  return argv;
}
