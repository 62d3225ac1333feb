import {
  describeThrown,
  isPipe,
  loadEntry,
  reportFailure,
  serve,
  serveOne,
  writeOutputDirectly,
} from '@manycore/core/internal';
import { adoptIdentity } from './current-process.js';
import {
  exitProcess,
  exitWhenIdle,
  ignoreInterrupts,
  parentPid,
  setExitCode,
  setProcessNice,
} from './platform/node.js';
import { watchParent } from './platform/parent-death.js';
import { ParentChannel } from './platform/parent-channel.js';
import { type EntryFailure, isProcessInit, type ProcessInit } from './process-init.js';

/**
 * Runs a process from the inside. `arrived` are messages that came before this code was loaded.
 *
 * | state   | until                                | when the channel closes     |
 * |---------|--------------------------------------|-----------------------------|
 * | waiting | the parent's first message           | exit: the parent has ended  |
 * | working | the answer was posted                | exit: the parent has ended  |
 * | leaving | the event loop is empty, or, after a | expected                    |
 * |         | failure, the channel is closed       |                             |
 *
 * A process that serves stays `working` until its parent closes the channel or ends it.
 */
export function runProcess(arrived: readonly unknown[] = []): void {
  const channel = new ParentChannel(arrived);
  let leaving = false;
  channel.onClose(() => {
    if (!leaving) exitProcess(1);
  });
  channel.onFirstMessage((init) => {
    if (!isProcessInit(init)) return;
    // The parent died before it was watched.
    if (parentPid() !== init.parentPid) exitProcess(1);
    if (init.nice !== undefined) setProcessNice(init.nice);
    adoptIdentity(init);
    // Node itself writes to a terminal or file at once.
    writeOutputDirectly(init.sharedOutput.filter(isPipe));
    if (init.watchesParent) watchParent(init.parentPid);
    if (init.ignoresInterrupt) ignoreInterrupts();
    if (!init.call) {
      channel.keepMessages();
      runServer(init, channel).catch((error: unknown) => {
        const reason = describeThrown(error);
        const failure: EntryFailure = { kind: 'entryFailure', reason, code: codeOf(error) };
        channel.postAndExit(failure, 1);
      });
      return;
    }
    void serveOne(channel, init.call).then((outcome) => {
      leaving = true;
      channel.ref();
      if (outcome.failed) {
        reportFailure(`Process ${init.name}`, outcome.error);
        setExitCode(1);
        // Like any uncaught error: what is still running does not hold it up.
        channel.onClose(() => exitProcess(1));
      }
      exitWhenIdle();
      // The answer's handles may refer to this process: its parent closes the channel.
      if (!outcome.carriesHandles) channel.close();
    });
  });
}

async function runServer({ server }: ProcessInit, channel: ParentChannel): Promise<void> {
  if (server === undefined) {
    serve(channel);
    return;
  }
  const run = (await loadEntry(server)) as typeof serve;
  run(channel);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { code?: unknown }).code : undefined;
}
