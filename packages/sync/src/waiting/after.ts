/** The longest delay that a timer takes; longer ones are waited for in pieces. */
const longestTimer = 2 ** 31 - 1;

/** Calls `fn` once `timeout` milliseconds have passed; returns how to take that back. */
export function after(timeout: number, fn: () => void): () => void {
  if (timeout === Infinity) return () => undefined;
  const end = performance.now() + timeout;
  let timer: ReturnType<typeof setTimeout>;
  const start = (): void => {
    timer = setTimeout(tick, Math.min(Math.max(end - performance.now(), 0), longestTimer));
  };
  const tick = (): void => {
    // Timers are whole milliseconds, and may be early.
    if (end - performance.now() > 1) start();
    else fn();
  };
  start();
  return () => clearTimeout(timer);
}
