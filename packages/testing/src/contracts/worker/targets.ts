// What the contract's threads and processes run. No test runner here: workers import this module.
export function add(a: number, b: number): number {
  return a + b;
}

export function echo<T>(value: T): T {
  return value;
}

export function greet(name = 'nobody'): string {
  return `hello ${name}`;
}

export async function sleepFor(milliseconds: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return 'awake';
}

export function exit(code: number): void {
  process.exit(code);
}

/** Ends as a process does, whose `exitCode` was set: by returning. */
export function setExitCode(code: number): string {
  process.exitCode = code;
  return 'returned';
}

export function failLater(): string {
  setTimeout(() => {
    throw new Error('after the answer');
  }, 1);
  return 'answered';
}

export function rejectLater(): string {
  setTimeout(() => void Promise.reject(new Error('after the answer')), 1);
  return 'answered';
}

/** Throws from a timer while the target itself still waits. */
export function failMeanwhile(): Promise<never> {
  setTimeout(() => {
    throw new RangeError('meanwhile');
  }, 1);
  return new Promise(() => undefined);
}

export function keepRunning(): string {
  setInterval(() => undefined, 1000);
  return 'answered';
}

export function waitForNothing(): Promise<never> {
  return new Promise(() => undefined);
}

export function spin(): void {
  while (performance.now() >= 0);
}

export function block(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

export function isShared(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a[0] === b[0];
}

export function sumOf(numbers: Uint8Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

export function zeros(size: number): Uint8Array {
  return new Uint8Array(size);
}

export type Unsendable = 'function' | 'symbol' | 'promise' | 'proxy' | 'port' | 'getter';

/** Values that cannot be an answer. */
export function answerWith(kind: Unsendable): unknown {
  return unsendable[kind]();
}

const unsendable: Readonly<Record<Unsendable, () => unknown>> = {
  function: () => ({ items: [1, { onClick: () => undefined }] }),
  symbol: () => [Symbol('s')],
  promise: () => Promise.resolve({ later: Promise.resolve(1) }),
  proxy: () => ({ a: [new Proxy({}, {})] }),
  port: () => new MessageChannel().port1,
  getter: () => ({
    get bad(): never {
      throw new Error('no value');
    },
  }),
};
