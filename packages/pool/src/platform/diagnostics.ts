import { channel as plainChannel, tracingChannel } from 'node:diagnostics_channel';
import type { TaskTrace } from '../stats/task-trace.js';

const channel = tracingChannel<TaskTrace>('manycore:pool:task');

/** Whether the channel has subscribers. */
export function isTraced(): boolean {
  return channel.hasSubscribers;
}

/** The task is submitted by `submit`. */
export function traceSubmission<R>(trace: TaskTrace, submit: () => R): R {
  try {
    return channel.start.runStores(trace, submit);
  } finally {
    channel.end.publish(trace);
  }
}

/** The task is settled by `settle`, which settles its call. */
export function traceSettlement(trace: TaskTrace, settle: () => void): void {
  if ('error' in trace) channel.error.publish(trace);
  channel.asyncStart.runStores(trace, () => {
    settle();
    channel.asyncEnd.publish(trace);
  });
}

/** A call that blocks. */
export function traceBlocking<R>(trace: TaskTrace, run: () => R): R {
  return channel.traceSync(() => {
    try {
      return run();
    } finally {
      trace.settledAt = performance.now();
    }
  }, trace);
}

/** Calls `listener` for every task that is settled. Returns how to stop. */
export function onTaskSettled(listener: (trace: TaskTrace) => void): () => void {
  const ignore = (): void => undefined;
  const subscribers = {
    start: ignore,
    end: (trace: TaskTrace) => {
      if (trace.blocking) listener(trace);
    },
    asyncStart: ignore,
    error: ignore,
    asyncEnd: listener,
  };
  channel.subscribe(subscribers);
  return () => channel.unsubscribe(subscribers);
}

const workers = {
  start: plainChannel('manycore:pool:worker:start'),
  ready: plainChannel('manycore:pool:worker:ready'),
  end: plainChannel('manycore:pool:worker:end'),
};

/** Publishes what happened to a worker, if anybody wants to know. */
export function publishWorker(event: 'start' | 'ready' | 'end', trace: () => object): void {
  if (workers[event].hasSubscribers) workers[event].publish(trace());
}
