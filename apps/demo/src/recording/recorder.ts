import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { now } from '../time/clock.js';
import { recordingFile } from './recording-file.js';
import type { Recorded } from './recording.js';

interface Place {
  readonly group?: string;
}
/** A record as its maker gives it: the recording process is added. */
type Given<R> = R extends Recorded ? Omit<R, 'origin'> : never;

/**
 * Writes down what happens, from any thread and process of an example. Without a runner, which names the
 * file, it writes nothing.
 */
export const record = {
  /** Runs `work`, and records when it began and ended. Its result is returned. */
  during<T>(lane: string, label: string, work: () => T, place: Place = {}): T {
    const from = now();
    const end = (): void => record.span(lane, label, from, now(), place);
    const result = work();
    if (result instanceof Promise) return result.finally(end) as T;
    end();
    return result;
  },

  span(lane: string, label: string, from: number, to: number, place: Place = {}): void {
    write({ kind: 'span', lane, label, from, to, ...place });
  },

  /** From now until it is joined: the life of a process or thread, as the one that started it sees it. */
  life(worker: { readonly name: string; join(): Promise<void> }, place: Place = {}): void {
    void record.during(worker.name, 'alive', () => worker.join(), place);
  },

  moment(lane: string, label: string, place: Place = {}): void {
    write({ kind: 'moment', lane, label, at: now(), ...place });
  },

  message(from: string, to: string, label: string, place: Place = {}): void {
    write({ kind: 'message', from, to, label, at: now(), ...place });
  },

  value(series: string, x: number | string, y: number, place: Place & { z?: number } = {}): void {
    write({ kind: 'value', series, x, y, ...place });
  },

  fact(subject: string, name: string, value: string | number, place: Place = {}): void {
    write({ kind: 'fact', subject, name, value: String(value), ...place });
  },

  image(label: string, url: string, place: Place = {}): void {
    write({ kind: 'image', label, url, ...place });
  },
};

function write(given: Given<Recorded>): void {
  const file = recordingFile();
  if (file === undefined) return;
  const line = { ...given, origin: { pid: process.pid, thread: threadId } };
  // Appended in one write: lines of several processes do not mix.
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}
