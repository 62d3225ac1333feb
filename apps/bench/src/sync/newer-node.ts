// What the package multithreading needs of its own thread and Node 20 does not have yet. Nothing of ours: with
// `--against` an older checkout stands in for our packages.
import { availableParallelism } from 'node:os';

const holder = globalThis as { navigator?: unknown };
holder.navigator ??= { hardwareConcurrency: availableParallelism() };
const promises = Promise as unknown as { withResolvers?: unknown };
promises.withResolvers ??= () => {
  let resolve: unknown;
  let reject: unknown;
  const promise = new Promise((...settlers) => ([resolve, reject] = settlers));
  return { promise, resolve, reject };
};
