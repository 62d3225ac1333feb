import { closeSync, openSync, writeSync } from 'node:fs';
import { reportFailure } from './node.js';

/** How much text is gathered before it is written. */
const bufferSize = 2 ** 16;

/** A file in Chrome's trace format: a JSON array of events. */
export class TraceFile {
  #descriptor: number | undefined;
  #text = '';
  #first = true;
  readonly #onExit = (): void => {
    try {
      this.close();
    } catch (error) {
      reportFailure('The trace is incomplete:', error);
    }
  };

  constructor(file: string | URL) {
    this.#descriptor = openSync(file, 'w');
    process.on('exit', this.#onExit);
  }

  write(event: object): void {
    this.#text += (this.#first ? '[\n' : ',\n') + JSON.stringify(event);
    this.#first = false;
    if (this.#text.length > bufferSize) this.#flush();
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    this.#text += this.#first ? '[]\n' : '\n]\n';
    try {
      this.#flush();
    } finally {
      this.abandon();
    }
  }

  /** Closes the file as it is. */
  abandon(): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    process.off('exit', this.#onExit);
    closeSync(descriptor);
  }

  #flush(): void {
    const bytes = new TextEncoder().encode(this.#text);
    this.#text = '';
    if (this.#descriptor === undefined) return;
    for (let start = 0; start < bytes.length; ) {
      start += writeSync(this.#descriptor, bytes, start);
    }
  }
}
