// How many messages a second go from one thread to another.
import { Worker } from 'node:worker_threads';
import { closers, throughMessages, throughQueue } from './queue-contenders.js';
import { endMultithreading, multithreadingChannel } from './queue-multithreading.js';
import { payloads } from './queue-payloads.js';
import type { Section } from './queue-section.js';

const worker = new Worker(new URL('./queue-message-sink.js', import.meta.url));
closers.push(() => worker.terminate(), endMultithreading);
const port = {
  name: 'MessagePort',
  send: (value: unknown) => {
    worker.postMessage(value);
  },
  answers: worker,
};

const needed = { '64 B': { MessagePort: 1.5 }, '1 KB': {}, '1 MB': { MessagePort: 2 } };

export const threadSections: readonly Section[] = payloads.map((payload) => ({
  title: `thread to thread, ${payload.name}`,
  unit: 'messages/s',
  ours: [throughQueue('threads', 'blocking', payload), throughQueue('threads', 'async', payload)],
  peers: [throughMessages(port, payload), ...multithreadingChannel(payload)],
  needed: needed[payload.name],
}));
