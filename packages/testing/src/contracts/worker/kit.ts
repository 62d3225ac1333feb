/** Any function; as @manycore/core's, which stands above this package. */
export type AnyFunction = (...args: never[]) => unknown;

export interface ContractOptions<F extends AnyFunction> {
  readonly target: F | { readonly module: URL | string; readonly name: string };
  readonly args?: readonly unknown[];
  readonly name?: string;
  readonly daemon?: boolean;
  readonly signal?: AbortSignal;
}

export interface WaitOptions {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** What `Thread` and `Process` have in common. */
export interface ContractWorker<R> extends AsyncDisposable {
  readonly name: string;
  readonly daemon: boolean;
  readonly result: Promise<R>;
  readonly exitCode: number | undefined;
  start(): this;
  join(options?: WaitOptions): Promise<void>;
  isAlive(): boolean;
  terminate(): void;
}

/** What the contract is to be shown for: threads or processes. */
export interface WorkerKit {
  readonly kind: 'thread' | 'process';
  /** The URL of the package, and the name of the class in it: for fixture programs. */
  readonly module: string;
  readonly className: string;
  /** The folder of programs that import the package themselves. */
  readonly fixtures: URL;
  /** The folder of modules with targets: of @manycore/core's tests. */
  readonly targets: URL;
  create<F extends AnyFunction>(
    options: ContractOptions<F>,
  ): ContractWorker<Awaited<ReturnType<F>>>;
}

/** Starts one, waits for its end and returns how it ended. */
export async function outcomeOf<F extends AnyFunction>(
  kit: WorkerKit,
  target: ContractOptions<F>['target'],
  ...args: readonly unknown[]
): Promise<Outcome> {
  const worker = kit.create({ target, args }).start();
  const outcome = await worker.result.then(
    (value) => ({ returned: value as unknown }),
    (error: unknown) => ({ threw: error }),
  );
  await worker.join();
  return { ...outcome, exitCode: worker.exitCode };
}

export interface Outcome {
  readonly returned?: unknown;
  readonly threw?: unknown;
  readonly exitCode: number | undefined;
}

/** The error that an attempt ends with. */
export async function failureOf(attempt: () => unknown): Promise<Error> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`threw something that is no error: ${String(error)}`, { cause: error });
  }
  throw new Error('did not fail');
}
