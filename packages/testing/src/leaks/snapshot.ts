import { readdirSync, readlinkSync } from 'node:fs';
import { lineageVariable, listLineage, deriveLineage } from '../proc/lineage.js';
import { listThreads } from '../proc/process-table.js';

/** What this process holds at one moment: a name for each thing, by kind. */
export type Snapshot = Readonly<Record<LeakKind, ReadonlyMap<string, string>>>;

export type LeakKind = 'descriptor' | 'thread' | 'process' | 'listener';

/** Lists everything that a test could leave behind. On systems other than Linux, only listeners. */
export function takeSnapshot(): Snapshot {
  return {
    descriptor: descriptors(),
    thread: new Map(listThreads().map(({ id, name }) => [String(id), `${name} (thread ${id})`])),
    process: new Map(
      listLineage(ownMark(), process.pid).map(({ pid, state, command }) => [
        String(pid),
        `${command} (pid ${pid}, ${state === 'Z' ? 'ended, not reaped' : `state ${state}`})`,
      ]),
    ),
    listener: listeners(),
  };
}

/** What `after` holds and `before` did not, one line each. */
export function leaksBetween(before: Snapshot, after: Snapshot): string[] {
  const kinds = Object.keys(after) as LeakKind[];
  return kinds.flatMap((kind) =>
    [...after[kind]]
      .filter(([identity]) => !before[kind].has(identity))
      .map(([, description]) => `${kind}: ${description}`),
  );
}

/** Every descendant that starts from now on carries it; see {@link lineageVariable}. */
let mark: string | undefined;

function ownMark(): string {
  if (mark === undefined) {
    const lineage = deriveLineage(process.env);
    mark = lineage.mark;
    process.env[lineageVariable] = lineage.value;
  }
  return mark;
}

/** Open descriptors: a number that now stands for another file counts as a new one. */
function descriptors(): Map<string, string> {
  const open = new Map<string, string>();
  for (const number of readFolder('/proc/self/fd')) {
    try {
      const target = readlinkSync(`/proc/self/fd/${number}`);
      open.set(`${number} ${target}`, `${target} (descriptor ${number})`);
    } catch {
      // The listing's own descriptor, closed by now.
    }
  }
  return open;
}

/** Listeners on `process`: the second listener of an event is a thing of its own. */
function listeners(): Map<string, string> {
  const found = new Map<string, string>();
  for (const event of process.eventNames()) {
    for (let nth = 1; nth <= process.listenerCount(event); nth += 1) {
      found.set(`${String(event)} ${nth}`, `process.on('${String(event)}'), listener ${nth}`);
    }
  }
  return found;
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
