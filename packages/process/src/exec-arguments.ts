/**
 * The options for a child's `node`: the parent's own, without what is only for the parent's program
 * (`--eval` and its text), and with debugger ports that do not collide: the system chooses a free one.
 */
export function childExecArgv(parent: {
  readonly execArgv: readonly string[];
  readonly environment: string;
}): string[] {
  const { execArgv, environment } = parent;
  const argv: string[] = [];
  let inspects = /--inspect(?!-publish)/.test(environment);
  for (let i = 0; i < execArgv.length; i += 1) {
    const option = execArgv[i] ?? '';
    if (/^(?:-e|-p|-pe|--eval|--print)$/.test(option)) {
      i += 1;
      continue;
    }
    if (/^(?:--eval=|--print=|--watch|--test$|--test-|--run|--interactive$|-i$)/.test(option)) continue;
    if (/^--inspect(?:-brk|-wait|-port)?(?:=|$)/.test(option)) {
      inspects = true;
      if (option.startsWith('--inspect-port') || option === '--inspect-port') {
        if (!option.includes('=')) i += 1;
        continue;
      }
      argv.push(option.split('=')[0] ?? option);
      continue;
    }
    argv.push(option);
  }
  if (inspects) argv.push('--inspect-port=0');
  return argv;
}
