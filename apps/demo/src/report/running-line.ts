import type { Entry } from '../catalogue/catalogue.js';
import { progressBar } from '../drawing/progress-bar.js';
import type { Style } from './style.js';

const eraseLine = '\r\u001b[K';

/** On a terminal, a line that says which example is running, and how far it is. Else nothing. */
export class RunningLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: Style;

  constructor(stream: NodeJS.WriteStream, style: Style) {
    this.#stream = stream;
    this.#style = style;
  }

  show({ number, example }: Entry, progress?: number): void {
    if (!this.#stream.isTTY) return;
    const bar = progress === undefined ? '' : ` ${progressBar(progress)}`;
    const title = `… ${number}  ${example.title}`.slice(0, this.#style.width - bar.length - 1);
    this.#stream.write(eraseLine + this.#style.faint(title) + bar);
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(eraseLine);
  }
}
