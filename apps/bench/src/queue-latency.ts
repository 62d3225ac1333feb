// How long a small message takes there and back.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { backAndForth, backAndForthBy, closers } from './queue-contenders.js';
import type { Section } from './queue-section.js';

const bouncePath = new URL('./queue-message-sink.js', import.meta.url);
const worker = new Worker(bouncePath, { workerData: 'bounce' });
const child = fork(fileURLToPath(bouncePath), ['bounce'], { serialization: 'advanced' });
closers.push(
  () => worker.terminate(),
  () => child.kill(),
);

const port = backAndForthBy({
  name: 'MessagePort',
  send: (value) => {
    worker.postMessage(value);
  },
  answers: worker,
});
const ipc = backAndForthBy({
  name: "IPC, 'advanced'",
  send: (value) => child.send(value as object),
  answers: child,
});

export const latencySections: readonly Section[] = [
  {
    title: 'thread to thread and back',
    unit: 'µs',
    ours: [backAndForth('threads', 'blocking'), backAndForth('threads', 'async')],
    peers: [port],
    needed: { MessagePort: 1 },
  },
  {
    title: 'process to process and back',
    unit: 'µs',
    ours: [backAndForth('processes', 'blocking'), backAndForth('processes', 'async')],
    peers: [ipc],
    needed: {},
  },
];
