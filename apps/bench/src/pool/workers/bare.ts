// A thread or process without a pool that has imported what a worker of ours imports, and waits.
import { parentPort } from 'node:worker_threads';

const worker = new URL('./dist/worker.js', import.meta.resolve('@manycore/pool/package.json'));
await import(worker.href);
await import('../tasks.js');

if (parentPort) {
  const port = parentPort;
  port.on('message', (message) => port.postMessage(message));
} else {
  process.on('message', (message) => process.send?.(message));
}
