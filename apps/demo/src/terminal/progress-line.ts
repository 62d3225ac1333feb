import type { Entry } from '../catalogue/catalogue.js';
import type { RunObserver } from '../runner/run-catalogue.js';
import { progressBar } from './progress-bar.js';
import { styleFor } from './style.js';
import { shortened } from './text.js';

const eraseLine = '\r\u001b[K';
/** Milliseconds between two drawings, so that the time goes on when nothing else happens. */
const interval = 250;

/** On a terminal, one line at the bottom: how many examples have ended, and which run. Else nothing. */
export class ProgressLine implements RunObserver {
  readonly #stream: NodeJS.WriteStream;
  readonly #planned: number;
  readonly #running = new Map<Entry, number | undefined>();
  readonly #began = performance.now();
  #ended = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream, planned: number) {
    this.#stream = stream;
    this.#planned = planned;
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), interval).unref();
  }

  started(entry: Entry): void {
    this.#running.set(entry, undefined);
    this.#draw();
  }

  progressed(entry: Entry, progress: number): void {
    this.#running.set(entry, progress);
    this.#draw();
  }

  ended(entry: Entry): void {
    this.#running.delete(entry);
    this.#ended += 1;
    this.#draw();
  }

  /** Writes text above the line. */
  print(text: string): void {
    this.#stream.write(`${this.#stream.isTTY ? eraseLine : ''}${text}\n`);
    this.#draw();
  }

  /** Takes the line away, for good. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#stream.isTTY && this.#timer !== undefined) this.#stream.write(eraseLine);
    this.#timer = undefined;
  }

  #draw(): void {
    if (this.#timer === undefined) return;
    const style = styleFor(this.#stream); // The width may have changed.
    const bar = progressBar(this.#ended / this.#planned);
    const time = `${((performance.now() - this.#began) / 1000).toFixed(0)} s`;
    const text = `${bar} ${this.#ended} of ${this.#planned}, ${time}  ${this.#names()}`;
    this.#stream.write(eraseLine + style.faint(shortened(text, style.width)));
  }

  #names(): string {
    const names = [...this.#running].map(([{ number, example }, progress]) => {
      const far = progress === undefined ? '' : ` ${Math.floor(progress * 100)} %`;
      return `${number}${this.#running.size === 1 ? ` ${example.title}` : ''}${far}`;
    });
    return names.length === 0 ? '' : `running ${names.join(', ')}`;
  }
}
