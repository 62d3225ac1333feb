import process from 'node:process';
import { sharedState } from '@manycore/core/internal';

const state = sharedState('cluster.output', () => ({ isWatched: false }));

/** Calls `listener` with what this thread prints, beside printing it. Once in a thread. */
export function onOutput(listener: (stream: 'stdout' | 'stderr', text: string) => void): void {
  if (state.isWatched) return;
  state.isWatched = true;
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = process[name];
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      listener(name, typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
      return write(chunk, ...rest);
    };
  }
}
