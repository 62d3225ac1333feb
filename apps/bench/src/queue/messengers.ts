// What sends messages without us: a port between threads, a channel between processes.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { MessengerMaker } from './contenders.js';

const other = new URL('./message-sink.js', import.meta.url);

/** What the other party does: counts what comes, or sends it back. */
export type Task = 'count' | 'bounce';

export function port(task: Task): MessengerMaker {
  return {
    name: 'MessagePort',
    make: ({ afterComparison }) => {
      const worker = new Worker(other, { workerData: task });
      afterComparison(() => worker.terminate());
      return { send: (value) => worker.postMessage(value), answers: worker };
    },
  };
}

export function ipc(task: Task): MessengerMaker {
  return {
    name: "IPC, 'advanced'",
    make: ({ afterComparison }) => {
      const child = fork(fileURLToPath(other), [task], { serialization: 'advanced' });
      afterComparison(() => child.kill());
      return { send: (value) => child.send(value as object), answers: child };
    },
  };
}
