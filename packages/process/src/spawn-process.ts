import {
  type EntryRef,
  entryText,
  locateEntry,
  markStartsWorkers,
  type OutgoingCall,
  type OutputDescriptor,
  postParcel,
  registerEntry,
  scriptOf,
} from '@manycore/core/internal';

import { ChildChannel } from './child-channel.js';
import { currentProcess } from './current-process.js';
import { filePath, fork, nodeOptions, nodeProgram, pid, type StdioOptions } from './platform/node.js';
import { type Launcher, parentDeathLauncher } from './platform/parent-death.js';
import type { ProcessInit } from './process-init.js';
import type { SystemOptions } from './process-options.js';
import { runProcess } from './run-process.js';

markStartsWorkers();
const own = scriptOf(() => new Error().stack);
const entryName = 'manycore-process-entry';
registerEntry(entryName, runProcess);

/** How a process is made; for pools, which exchange messages with their processes. */
export interface SpawnProcessOptions extends SystemOptions {
  readonly name: string;
  readonly daemon?: boolean;
  /** The one call that the process makes; it ends afterwards. */
  readonly call?: OutgoingCall;
  /** Without `call`: the URL of a module whose `serve(endpoint)` runs the process, or an entry. Default: core's `serve`. */
  readonly server?: EntryRef | string;
}

/**
 * Starts a process and returns the channel to it. A process that cannot be started is reported as ended at once.
 *
 * @throws NotCloneableError when the call's arguments cannot be cloned.
 */
export function spawnProcess(options: SpawnProcessOptions): ChildChannel {
  const { name, daemon = false, call, server, env, cwd, nice, ignoreInterrupt = false } = options;
  const { execArgv = childExecArgv(nodeOptions()), argv = [] } = options;
  const stdio = withChannel(options.stdio);
  const launcher = parentDeathLauncher();
  const { path, nodeArgv } = program();
  const child = fork(path, argv, {
    serialization: 'advanced',
    ...commandLine([...execArgv, ...nodeArgv], launcher),
    ...(env && { env: { ...env } }),
    ...(cwd !== undefined && { cwd }),
    // A terminal interrupts all processes of a session's foreground group, from their first instant on.
    ...(ignoreInterrupt && { detached: true, windowsHide: true }),
    stdio,
  });
  const parent = currentProcess();
  const init: ProcessInit = {
    kind: 'processInit',
    name,
    daemon,
    parentName: parent.name,
    parentDaemon: parent.daemon,
    parentPid: pid,
    watchesParent: launcher === undefined,
    ignoresInterrupt: ignoreInterrupt,
    nice,
    sharedOutput: ([1, 2] as const).filter((descriptor) => isShared(stdio, descriptor)),
    call: call?.message,
    server,
  };
  const channel = new ChildChannel(child, options);
  try {
    postParcel(channel, init, [], 'args');
  } catch (error) {
    // A process that did not get its first message must not stay.
    channel.kill();
    throw error;
  }
  return channel;
}

/** What `node` runs: the entry's file, or in a bundle a text; `path` is then only `argv[1]`. */
function program(): { path: string; nodeArgv: string[] } {
  const { url, name, refusal = '' } = locateEntry(own, entryName);
  if (name === undefined) return { path: filePath(url), nodeArgv: [] };
  // The program sees the options that it would see otherwise. Messages that come while the bundle loads are kept,
  // and what it throws meanwhile is told.
  const text = `process.execArgv.splice(-2);
const arrived = [];
const keep = (message) => arrived.push(message);
const tell = (error, _origin, then = () => {}) => {
  const failure = { kind: 'entryFailure', reason: String(error?.message ?? error), code: error?.code };
  if (process.connected) process.send(failure, undefined, undefined, then);
  else then();
};
process.on('message', keep).on('uncaughtExceptionMonitor', tell);
${entryText({ url, name, refusal })}.then(
  (run) => {
    process.off('message', keep).off('uncaughtExceptionMonitor', tell);
    run(arrived);
  },
  (error) => tell(error, '', () => process.exit(1)),
);`;
  return { path: `[${name}]`, nodeArgv: ['--eval', text] };
}

/** How `fork` is told to run `node`, by way of the launcher where there is one. */
function commandLine(
  nodeArgv: readonly string[],
  launcher: Launcher | undefined,
): { execPath: string; execArgv: string[] } {
  if (!launcher) return { execPath: nodeProgram, execArgv: [...nodeArgv] };
  const [execPath, ...args] = launcher;
  return { execPath, execArgv: [...args, nodeProgram, ...nodeArgv] };
}

type StdioList = Exclude<StdioOptions, string>;

/** `stdio` with the IPC channel that the parent and the child talk over. */
function withChannel(stdio: StdioOptions = 'inherit'): StdioList {
  if (typeof stdio === 'string') return [stdio, stdio, stdio, 'ipc'];
  if (stdio.includes('ipc')) return stdio;
  // The channel must not take the place of a standard stream that was left out.
  const standard = [0, 1, 2].map((index) => (index < stdio.length ? stdio[index] : 'inherit'));
  return [...standard, ...stdio.slice(3), 'ipc'];
}

/** Whether a stream is not made for the process, but belongs to this or another process. */
function isShared(stdio: StdioList, descriptor: OutputDescriptor): boolean {
  const kind = stdio[descriptor] ?? 'pipe';
  return kind !== 'pipe' && kind !== 'overlapped' && kind !== 'ignore';
}

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
function childExecArgv(parent: {
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
