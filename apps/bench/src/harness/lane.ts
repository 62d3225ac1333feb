// A lane as the run sees it: a process that answers.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LaneAnswer, LaneArguments, LaneRequest } from './lane-messages.js';

/** After so many milliseconds without an answer a lane counts as hanging. */
const patience = 180_000;
/** What it may take to close everything; some pools never say that they have. */
const endPatience = 1500;

const living = new Set<Lane>();

/** Ends all lanes at once, and all that they have started. */
export function killLanes(): void {
  for (const lane of living) lane.kill();
}

export class Lane {
  readonly #child: ChildProcess;
  readonly #ready: Promise<LaneAnswer>;
  #errors = '';

  /** `folder` holds the built files: ours, or a copy that finds the packages of another checkout. */
  constructor(folder: string, args: LaneArguments) {
    this.#child = fork(join(folder, 'harness', 'lane-main.js'), [JSON.stringify(args)], {
      // A process group of its own: what a peer forgets is ended with it.
      detached: true,
      // Every process of Node reads that file as it starts (40 ms here), but for those of tinypool, which get no environment.
      env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    living.add(this);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4000);
    });
    this.#ready = this.#answer(patience);
  }

  /** Asks, and waits for the answer; a lane that dies or hangs has failed. */
  async ask(request: LaneRequest): Promise<LaneAnswer> {
    const started = await this.#ready;
    if (started.failed !== undefined) return started;
    if (!this.#child.connected) return { failed: this.#obituary() };
    const answer = this.#answer(request.ask === 'end' ? endPatience : patience);
    this.#child.send(request);
    return await answer;
  }

  /** Closes everything in the lane, and the lane. */
  async end(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    const isGone = exitCode !== null || signalCode !== null;
    const exit = isGone ? undefined : once(this.#child, 'exit');
    if (!isGone) await this.ask({ ask: 'end' });
    this.kill();
    await exit;
  }

  /** It has neither ended nor been ended. */
  get isAlive(): boolean {
    return living.has(this) && this.#child.connected;
  }

  kill(): void {
    living.delete(this);
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // All of them have ended by themselves.
    }
  }

  #answer(limit: number): Promise<LaneAnswer> {
    return new Promise((resolve) => {
      const settle = (answer: LaneAnswer): void => {
        clearTimeout(timer);
        this.#child.off('message', settle).off('exit', onExit);
        resolve(answer);
      };
      const onExit = (): void => settle({ failed: this.#obituary() });
      const timer = setTimeout(() => {
        this.kill();
        settle({ failed: `no answer for ${limit / 1000} s` });
      }, limit);
      this.#child.on('message', settle).on('exit', onExit);
    });
  }

  #obituary(): string {
    const { exitCode, signalCode } = this.#child;
    return `its process ended (${signalCode ?? `exit code ${String(exitCode)}`}) ${this.#errors}`.trim();
  }
}
