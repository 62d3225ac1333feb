// A thread or process without a pool that has imported what a worker of ours imports. It does the same tasks,
// one for each message, and waits.
import { parentPort } from 'node:worker_threads';

const worker = new URL('./dist/manycore-pool-worker.cjs', import.meta.resolve('@manycore/pool/package.json'));
await import(worker.href);
const { spin } = await import('../tasks.js');

if (parentPort) {
  const port = parentPort;
  port.on('message', (milliseconds: number) => port.postMessage(spin(milliseconds)));
} else {
  process.on('message', (milliseconds: number) => process.send?.(spin(milliseconds)));
}
