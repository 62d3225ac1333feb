// The other party of the benchmarks that go by messages: of a port, or of the channel to a parent process.
// Counts until a round ends and says so; or sends everything back, when its argument is `bounce`.
import { parentPort, workerData } from 'node:worker_threads';

const bounces = workerData === 'bounce' || process.argv[2] === 'bounce';
let count = 0;

function take(message: unknown, answer: (message: unknown) => unknown): void {
  if (bounces) {
    answer(message);
  } else if (message === null) {
    answer(count);
    count = 0;
  } else {
    count += 1;
  }
}

if (parentPort) {
  const port = parentPort;
  port.on('message', (message) => take(message, (back) => port.postMessage(back)));
} else {
  process.on('message', (message) => take(message, (back) => process.send?.(back)));
}
