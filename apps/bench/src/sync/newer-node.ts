// What the package multithreading needs of its own thread and Node 20 does not have yet.
import { availableParallelism } from 'node:os';
import { deferred } from '@manycore/core/internal';

const holder = globalThis as { navigator?: unknown };
holder.navigator ??= { hardwareConcurrency: availableParallelism() };
const promises = Promise as unknown as { withResolvers?: unknown };
promises.withResolvers ??= deferred;
