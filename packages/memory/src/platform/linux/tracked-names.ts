import { sharedState } from '@manycore/core/internal';

import { Mutex } from '../../mutex/mutex.js';
import { threadOwners } from '../../threads/thread-owners.js';
import { threadsParker } from '../../threads/threads-parker.js';
import { SharedWords } from '../../words.js';
import { shareWithThreads, inherited } from '../node.js';
import { type Libc, systemError } from './libc.js';
import { MFD_CLOEXEC, O_CLOEXEC } from './linux-segments.js';
import { type NameRecord, NameRecords } from './name-records.js';
import { startTracker, trackerLives } from './name-tracker.js';

/*
 * What the threads of this process share, in words: 0 lock · 1 the number of the file of records · 2 lines
 * in it · 3 of these, not struck out · 4, 5 descriptors of the file and of the pipe to the tracker, written
 * at once, so that a thread that is terminated leaves both or none; 0 when there is no tracker.
 */
const key = 'manycore.names.1';
const lockWord = 0;
const fileWord = 1;
const lineWord = 2;
const liveWord = 3;
const trackerOffset = 16;

/** How often to look whether other processes have unlinked names, in milliseconds. */
const interval = 1000;
/** Bytes of lines that one look reads: some fifty names, or a sixteenth of all. */
const look = 2048;
/** Names that are made between two looks. */
const namesPerLook = 32;
/** Below this many lines, what is struck out is left there. */
const fewLines = 1024;

const O_PATH = 0o10000000;
const O_NOFOLLOW = 0o400000;
const ENOENT = 2;

const buffer = sharedState('memory.names', () => {
  const found = inherited(key);
  if (found) return found;
  const made = new SharedArrayBuffer(64);
  shareWithThreads(key, made);
  return made;
});

/** The descriptors that belong to a tracker: of its file of records, and of the pipe that it waits on. */
interface Tracker {
  readonly records: number;
  readonly pipe: number;
}

/**
 * The names that this process has made and that are still there. As long as there are any, a tracker runs
 * that removes them when this process is gone; one for all threads. See ../../processes/README.md.
 */
export class TrackedNames {
  readonly #libc: Libc;
  readonly #words = new Int32Array(buffer);
  readonly #descriptors = new BigInt64Array(buffer, trackerOffset, 1);
  readonly #lock = new Mutex(
    new SharedWords(this.#words, threadsParker, threadOwners),
    lockWord,
    'table of names',
  );
  /** The file of records, and the records in it that this thread has made. */
  #file: { readonly number: number; readonly lines: NameRecords } | undefined;
  readonly #own = new Map<string, NameRecord>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Calls `link`, which makes the name. Should this process be killed, the tracker removes it. */
  add(name: string, inode: string, link: () => void): void {
    this.#locked(() => {
      if (this.#lines % namesPerLook === 0) this.#drop(look);
      const lines = this.#linesOf(this.#ensureTracker());
      const record = lines.append(name, inode);
      this.#count(1, 1);
      try {
        link();
        this.#own.set(name, record);
      } catch (error) {
        this.#strike(lines, record);
        this.#dismissIdle();
        throw error;
      }
    });
    this.#watch();
  }

  /** The name was removed by this process. */
  remove(name: string): void {
    this.#locked(() => {
      const tracker = this.#tracker;
      if (!tracker) return;
      const lines = this.#linesOf(tracker);
      const own = this.#own.get(name);
      // What another thread has made is found at one of the next looks.
      if (own) this.#strike(lines, own);
      else this.#drop(look);
      this.#dismissIdle();
    });
    this.#watch();
  }

  /** Looks now and then for names that others have removed, while there are names. */
  #watch(): void {
    if (this.#timer !== undefined || this.#live === 0) return;
    this.#timer = setInterval(() => {
      this.#locked(() => {
        this.#drop(Math.max(look, this.#lines * 2));
        this.#dismissIdle();
      });
      if (this.#live > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    }, interval);
    this.#timer.unref();
  }

  /** Strikes out those of the next names that do not lead to what this process made. */
  #drop(byteLength: number): void {
    const tracker = this.#tracker;
    if (!tracker) return;
    const lines = this.#linesOf(tracker);
    for (const record of lines.some(byteLength)) {
      if (!this.#leads(record)) this.#strike(lines, record);
    }
  }

  /** Whether the name still leads to the same file. */
  #leads({ name, inode }: NameRecord): boolean {
    const { fstatSync } = process.getBuiltinModule('node:fs');
    // By a descriptor: the permission model of Node may hide the path.
    const descriptor = this.#libc.open(pathOf(name), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
    if (descriptor < 0) return this.#libc.errno() !== ENOENT;
    try {
      return String(fstatSync(descriptor, { bigint: true }).ino) === inode;
    } finally {
      this.#libc.close(descriptor);
    }
  }

  #strike(lines: NameRecords, record: NameRecord): void {
    if (lines.strike(record)) this.#count(0, -1);
    if (this.#own.get(record.name)?.offset === record.offset) this.#own.delete(record.name);
  }

  #ensureTracker(): Tracker {
    const libc = this.#libc;
    const tracker = this.#tracker;
    if (!tracker) return this.#beginFile([]);
    if (!trackerLives(libc, tracker.pipe)) {
      const pipe = startTracker(libc, tracker.records);
      this.#tracker = { ...tracker, pipe };
      libc.close(tracker.pipe);
    } else if (this.#lines > fewLines && this.#lines > 2 * this.#live) {
      // The new tracker knows them all before the old one forgets them.
      this.#beginFile(this.#linesOf(tracker).all());
      libc.ftruncate(tracker.records, 0);
      libc.close(tracker.records);
      libc.close(tracker.pipe);
    }
    return this.#tracker ?? tracker;
  }

  /** A new file of records, which holds these, and a tracker that reads it. */
  #beginFile(kept: readonly NameRecord[]): Tracker {
    const libc = this.#libc;
    const records = libc.memfd_create('manycore-names', MFD_CLOEXEC);
    if (records < 0) throw systemError(libc, 'cannot keep a list of names');
    try {
      const lines = new NameRecords(records);
      for (const { name, inode } of kept) lines.append(name, inode);
      const pipe = startTracker(libc, records);
      this.#words[fileWord] = this.#word(fileWord) + 1;
      this.#words[lineWord] = kept.length;
      this.#words[liveWord] = kept.length;
      return (this.#tracker = { records, pipe });
    } catch (error) {
      libc.close(records);
      throw error;
    }
  }

  /** Lets the tracker end when it has nothing to do. */
  #dismissIdle(): void {
    const tracker = this.#tracker;
    if (!tracker || this.#live > 0) return;
    // First the words, then the descriptors: a thread that is terminated in between must not leave a
    // number that leads to something else by now.
    this.#tracker = undefined;
    this.#libc.close(tracker.records);
    this.#libc.close(tracker.pipe);
  }

  get #tracker(): Tracker | undefined {
    const both = Atomics.load(this.#descriptors, 0);
    if (both === 0n) return undefined;
    return { records: Number(both >> 32n), pipe: Number(both & 0xffff_ffffn) - 1 };
  }

  set #tracker(tracker: Tracker | undefined) {
    const both = tracker ? (BigInt(tracker.records) << 32n) | BigInt(tracker.pipe + 1) : 0n;
    Atomics.store(this.#descriptors, 0, both);
  }

  #linesOf({ records }: Tracker): NameRecords {
    const number = this.#word(fileWord);
    if (this.#file?.number !== number) {
      this.#file = { number, lines: new NameRecords(records) };
      this.#own.clear();
    }
    return this.#file.lines;
  }

  get #lines(): number {
    return this.#word(lineWord);
  }

  get #live(): number {
    return this.#word(liveWord);
  }

  #count(lines: number, live: number): void {
    this.#words[lineWord] = this.#lines + lines;
    this.#words[liveWord] = this.#live + live;
  }

  #word(index: number): number {
    return Atomics.load(this.#words, index);
  }

  #locked(action: () => void): void {
    if (this.#lock.acquireSync(undefined, true) && this.#tracker) {
      // Its last owner was terminated, perhaps between a line and its count.
      this.#words[liveWord] = this.#linesOf(this.#tracker).all().length;
    }
    try {
      action();
    } finally {
      this.#lock.release();
    }
  }
}

/** Where POSIX shared memory lies: what `shm_open` opens, and Python's `multiprocessing.shared_memory`. */
export function pathOf(name: string): string {
  return `/dev/shm/${name}`;
}
