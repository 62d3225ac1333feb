import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { longDelay } from '../delays.js';
import { deriveLineage, lineageVariable, listLineage } from '../proc/lineage.js';
import { describeProcesses } from '../proc/describe.js';
import { type ProcessEntry, readProcess } from '../proc/process-table.js';
import { until } from '../until.js';
import { findWarnings, type Outcome, ProgramError, splitLines } from './outcome.js';

export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | URL;
  /** Options of Node itself, before the script. */
  readonly execArgv?: readonly string[];
  /** The Node to run it with; this process's own when absent. */
  readonly execPath?: string;
  /** Written to its standard input, which is then closed. */
  readonly input?: string;
  /** Milliseconds after which it counts as wedged; {@link longDelay} when absent. */
  readonly timeout?: number;
  /** Accept warnings on stderr. Otherwise a warning makes `outcome` reject. */
  readonly allowWarnings?: boolean;
  /** Accept descendants that outlive the program (they are killed all the same). */
  readonly allowSurvivors?: boolean;
}

/**
 * A fixture: a small real program, run by a Node of its own. A TypeScript file runs by tsx, on
 * every version of Node.
 *
 * The program that neither ends nor is killed within its time is wedged: it is killed with all its
 * descendants, and the error shows what each of its threads was waiting in.
 */
export class Program {
  readonly pid: number;
  /**
   * Settles when the program has ended and its output is complete. Rejects with a
   * {@link ProgramError} when it was wedged, left descendants behind or made Node warn.
   */
  readonly outcome: Promise<Outcome>;

  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #mark: string;
  readonly #options: ProgramOptions;
  #stdout = '';
  #stderr = '';
  #hasEnded = false;

  constructor(script: URL | string, options: ProgramOptions = {}) {
    const path = typeof script === 'string' ? script : fileURLToPath(script);
    const environment = { ...process.env, ...options.env };
    const lineage = deriveLineage(environment);
    this.#mark = lineage.mark;
    this.#options = options;
    this.#child = spawn(
      options.execPath ?? process.execPath,
      [...loaderFor(path), ...(options.execArgv ?? []), path, ...(options.args ?? [])],
      {
        cwd: options.cwd,
        env: { ...environment, [lineageVariable]: lineage.value },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    if (this.#child.pid === undefined) {
      this.#child.once('error', () => undefined);
      throw new Error(`cannot start ${this.#child.spawnfile}`);
    }
    this.pid = this.#child.pid;
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    // The program need not read its input.
    this.#child.stdin.on('error', () => undefined).end(options.input);
    this.outcome = this.#run();
    // A test that kills the program on purpose need not read how it ended.
    this.outcome.catch(() => undefined);
  }

  /** What it has written to its standard output so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The process itself has ended; descendants and output may still be on their way. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves to the first complete line of standard output that matches. */
  async line(pattern: RegExp): Promise<string> {
    const find = (): string | undefined =>
      splitLines(this.#stdout.slice(0, this.#stdout.lastIndexOf('\n') + 1)).find((line) =>
        pattern.test(line),
      );
    return until(
      () => {
        const line = find();
        if (line === undefined && this.#hasEnded) {
          throw new ProgramError(`ended without printing ${String(pattern)}`, this.#result());
        }
        return line;
      },
      { what: () => `a line like ${String(pattern)}; so far: ${JSON.stringify(this.#stdout)}` },
    );
  }

  /** Its descendants that are alive now, those whose parents have ended included. */
  descendants(): ProcessEntry[] {
    return listLineage(this.#mark, this.pid);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Kills the program and all of its descendants, and waits until all have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#killAll();
    await this.outcome.catch(() => undefined);
  }

  async #run(): Promise<Outcome> {
    const wedged = await this.#ended();
    this.#hasEnded = true;
    const survivors = wedged === undefined ? await this.#survivors() : [];
    await this.#killAll();
    await this.#closed();
    const outcome = this.#result();
    if (wedged !== undefined) throw new ProgramError(wedged, outcome);
    if (survivors.length > 0 && this.#options.allowSurvivors !== true) {
      throw new ProgramError(`left running:\n${describeProcesses(survivors)}`, outcome);
    }
    if (outcome.warnings.length > 0 && this.#options.allowWarnings !== true) {
      throw new ProgramError(`made Node warn: ${outcome.warnings.join('; ')}`, outcome);
    }
    return outcome;
  }

  /** Resolves to a complaint if it had to be killed. */
  async #ended(): Promise<string | undefined> {
    const timeout = this.#options.timeout ?? longDelay;
    let complaint: string | undefined;
    const watch = setTimeout(() => {
      const own = readProcess(this.pid);
      const all = [...(own === undefined ? [] : [own]), ...this.descendants()];
      complaint = `wedged: did not end within ${timeout} ms\n${describeProcesses(all)}`;
      this.kill();
    }, timeout);
    try {
      await new Promise<void>((resolve) => {
        this.#child.once('exit', () => resolve());
      });
    } finally {
      clearTimeout(watch);
    }
    return complaint;
  }

  /** Descendants may end a moment after the program: only those that stay count. */
  async #survivors(): Promise<ProcessEntry[]> {
    if (this.#options.allowSurvivors === true) return [];
    try {
      await until(() => this.descendants().length === 0, {
        timeout: this.#options.timeout ?? longDelay / 4,
      });
      return [];
    } catch {
      return this.descendants();
    }
  }

  /** Survivors hold the output's pipes open: they must end before it is complete. */
  async #closed(): Promise<void> {
    if (this.#child.stdout.closed && this.#child.stderr.closed) return;
    await new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
  }

  async #killAll(): Promise<void> {
    this.#child.kill('SIGKILL');
    await until(
      () => {
        const left = this.descendants();
        for (const { pid } of left) killIfAlive(pid);
        return left.length === 0;
      },
      { what: 'the end of killed processes' },
    );
  }

  #result(): Outcome {
    return {
      stdout: this.#stdout,
      stderr: this.#stderr,
      lines: splitLines(this.#stdout),
      exitCode: this.#child.exitCode ?? undefined,
      signal: this.#child.signalCode ?? undefined,
      warnings: findWarnings(this.#stderr),
    };
  }
}

/** Runs a fixture program to its end; see {@link Program} for when it rejects. */
export function runProgram(script: URL | string, options: ProgramOptions = {}): Promise<Outcome> {
  return new Program(script, options).outcome;
}

function loaderFor(path: string): string[] {
  return /\.[cm]?ts$/.test(path) ? ['--import', import.meta.resolve('tsx')] : [];
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
