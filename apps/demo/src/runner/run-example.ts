import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readRecording, recordingVariable } from '../recording/recording-file.js';
import type { Recording } from '../recording/recording.js';
import { now } from '../time/clock.js';
import { scaleVariable } from '../time/scale.js';
import { channelDescriptor, channelVariable, readChannel } from './channel.js';
import { type PrintedLines, readLines } from './printed-lines.js';
import { groupLives, killGroup } from './process-group.js';

/** What came of a run of an example in a process of its own. */
export interface Outcome {
  readonly lines: readonly string[];
  readonly errorLines: readonly string[];
  /** When each of the lines arrived, in milliseconds of `now()`. */
  readonly lineTimes: readonly number[];
  /** What the example reported, undefined for nothing. */
  readonly facts: unknown;
  readonly recording: Recording;
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It was still running when its time was over, and was killed. */
  readonly timedOut: boolean;
  /** It ended, but processes that it had started did not, and were killed. */
  readonly leftProcesses: boolean;
  /** When it was started, in milliseconds of `now()`. */
  readonly started: number;
  /** Milliseconds, with the start of the process. */
  readonly duration: number;
}

export interface RunOptions {
  /** The length of a demo second in seconds. */
  readonly scale: number;
  /** Milliseconds after which the example is killed, with all that it started. */
  readonly timeLimit: number;
  /** Ends the run when aborted: kills the example, with all that it started. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the example says how far its long work is, from 0 to 1. */
  readonly onProgress?: ((progress: number) => void) | undefined;
}

/** How long processes of the example's group may take to end after it, in milliseconds. */
const graceTime = 3000;

/** Runs the example in a process of its own, which leads a group, so that nothing of it can stay. */
export async function runExample(file: URL, options: RunOptions): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'manycore-demo-'));
  try {
    const recordingFile = join(folder, 'recording');
    await writeFile(recordingFile, '');
    const outcome = await runProgram(file, options, { folder, recordingFile });
    return { ...outcome, recording: readRecording(recordingFile) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runProgram(
  file: URL,
  options: RunOptions,
  { folder, recordingFile }: { readonly folder: string; readonly recordingFile: string },
): Promise<Omit<Outcome, 'recording'>> {
  const started = now();
  const child = spawn(process.execPath, [fileURLToPath(file)], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: {
      ...plainEnvironment(),
      ...channelVariable,
      ...recordingVariable(recordingFile),
      // What an example leaves in temporary files when it is killed goes with the folder.
      TMPDIR: folder,
      TEMP: folder,
      TMP: folder,
      ...scaleVariable(options.scale),
    },
    detached: true,
  });
  const group = child.pid;
  if (group === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw error;
  }
  const limit = AbortSignal.timeout(options.timeLimit);
  const end = AbortSignal.any(options.signal ? [limit, options.signal] : [limit]);
  const kill = (): void => killGroup(group);
  end.addEventListener('abort', kill, { once: true });
  if (end.aborted) kill();
  try {
    const outputs: Promise<[PrintedLines, PrintedLines, unknown]> = Promise.all([
      readLines(outputOf(child, 1)),
      readLines(outputOf(child, 2)),
      readChannel(outputOf(child, channelDescriptor), options.onProgress ?? (() => undefined)),
    ]);
    await once(child, 'exit');
    const duration = now() - started;
    const timedOut = limit.aborted;
    const leftProcesses = !timedOut && !(await endsByItself(group));
    kill();
    const [printed, errors, facts] = await outputs;
    return {
      lines: printed.lines,
      errorLines: errors.lines,
      lineTimes: printed.times,
      facts,
      pid: group,
      exitCode: child.exitCode,
      signal: child.signalCode,
      timedOut,
      leftProcesses,
      started,
      duration,
    };
  } finally {
    end.removeEventListener('abort', kill);
  }
}

function outputOf(child: ChildProcess, descriptor: number): Readable {
  return child.stdio[descriptor] as Readable;
}

/** The environment without what would colour the output. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined };
}

async function endsByItself(group: number): Promise<boolean> {
  const deadline = now() + graceTime;
  while (groupLives(group)) {
    if (now() > deadline) return false;
    await delay(20);
  }
  return true;
}
