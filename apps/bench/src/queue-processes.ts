// How many messages a second go from one process to another.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { closers, throughMessages, throughQueue } from './queue-contenders.js';
import { cpython } from './queue-cpython.js';
import { payloads } from './queue-payloads.js';
import type { Section } from './queue-section.js';
import { socketMessenger } from './queue-socket.js';

const sinkPath = fileURLToPath(new URL('./queue-message-sink.js', import.meta.url));
const child = fork(sinkPath, [], { serialization: 'advanced' });
const socket = await socketMessenger();
closers.push(
  () => child.kill(),
  () => {
    socket.close();
  },
);
const ipc = {
  name: "IPC, 'advanced'",
  send: (value: unknown) => child.send(value as object),
  answers: child,
};

const both = { [ipc.name]: 3, 'CPython Queue': 3 };
const needed = { '64 B': both, '1 KB': {}, '1 MB': both };

export const processSections: readonly Section[] = payloads.map((payload) => ({
  title: `process to process, ${payload.name}`,
  unit: 'messages/s',
  ours: [
    throughQueue('processes', 'blocking', payload),
    throughQueue('processes', 'async', payload),
  ],
  peers: [throughMessages(ipc, payload), throughMessages(socket, payload), ...cpython(payload)],
  needed: needed[payload.name],
}));
