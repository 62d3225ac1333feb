import { timeScale } from './scale.js';

const never = new Int32Array(new SharedArrayBuffer(4));

/** Python's `time.sleep`: blocks this thread for so many demo seconds, never for less. */
export function sleepSync(seconds: number): void {
  const end = performance.now() + seconds * timeScale() * 1000;
  for (let left = seconds * timeScale() * 1000; left > 0; left = end - performance.now()) {
    Atomics.wait(never, 0, 0, left);
  }
}
