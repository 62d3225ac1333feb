/** What the system may be short of, by the codes of its errors. */
const shortages: Readonly<Record<string, string>> = {
  EMFILE: 'this process has as many open files as it may have (EMFILE); raise `ulimit -n`, or open fewer',
  ENFILE: 'the system has as many open files as it can have (ENFILE)',
  EAGAIN: 'there are as many processes and threads as there may be (EAGAIN); raise `ulimit -u`, or start fewer',
  ENOMEM: 'there is not enough memory (ENOMEM)',
};

/** What the system was short of, by an error or its causes, in words; undefined for any other error. */
export function scarcityOf(reason: unknown): string | undefined {
  let error = reason;
  // A chain of causes may be a ring.
  for (let depth = 0; depth < 5 && error instanceof Error; depth += 1) {
    const { code, message } = error as Error & { readonly code?: unknown };
    if (typeof code === 'string' && Object.hasOwn(shortages, code)) return shortages[code];
    // Node names the system's error in its text only.
    const named = code === 'ERR_WORKER_INIT_FAILED' ? /[A-Z]{4,}$/.exec(message)?.[0] : undefined;
    if (named !== undefined && Object.hasOwn(shortages, named)) return shortages[named];
    error = error.cause;
  }
  return undefined;
}
