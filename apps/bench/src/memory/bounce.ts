// Sends every message back: the other end of a port, or of the channel to a parent process.
import { parentPort } from 'node:worker_threads';

if (parentPort) {
  const port = parentPort;
  port.on('message', (message) => port.postMessage(message));
} else {
  process.on('message', (message) => process.send?.(message));
}
