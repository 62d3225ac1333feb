import { ManycoreError } from '@manycore/core';

import { type Libc, systemError } from './libc.js';
import { O_CLOEXEC, O_RDWR } from './linux-segments.js';
import { pathOf, TrackedNames } from './tracked-names.js';

const directory = pathOf('');

const O_CREAT_TMPFILE = 0o20000000;
const AT_FDCWD = -100;
const AT_SYMLINK_FOLLOW = 0x400;
const ENOENT = 2;
const EEXIST = 17;

/** Segments with a name. All open ones are files in memory, of exactly the size that was asked for. */
export class LinuxNames {
  readonly #libc: Libc;
  readonly #tracked: TrackedNames;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#tracked = new TrackedNames(libc);
  }

  /** The descriptor of a new segment. Whenever the process is killed, nothing is left behind. */
  create(name: string, byteLength: number): number {
    const libc = this.#libc;
    // First without a name: so the tracker knows what it tracks before there is anything to leave behind.
    const { constants, fstatSync } = process.getBuiltinModule('node:fs');
    const flags = O_RDWR | O_CLOEXEC | O_CREAT_TMPFILE | constants.O_DIRECTORY;
    const descriptor = libc.open(directory, flags, 0o600);
    if (descriptor < 0) throw systemError(libc, `cannot make shared memory in ${directory}`);
    try {
      this.#resize(descriptor, byteLength);
      const inode = String(fstatSync(descriptor, { bigint: true }).ino);
      this.#tracked.add(name, inode, () => this.#link(descriptor, name));
      return descriptor;
    } catch (error) {
      libc.close(descriptor);
      throw error;
    }
  }

  /** A descriptor of the segment that bears the name. */
  open(name: string): number {
    const descriptor = this.#libc.open(pathOf(name), O_RDWR | O_CLOEXEC, 0);
    if (descriptor >= 0) return descriptor;
    const errno = this.#libc.errno();
    if (errno === ENOENT) throw notFound(name);
    throw systemError(this.#libc, `cannot open the shared memory ${quote(name)}`, errno);
  }

  unlink(name: string): void {
    if (this.#libc.unlink(pathOf(name)) !== 0) {
      const errno = this.#libc.errno();
      if (errno === ENOENT) throw notFound(name);
      throw systemError(this.#libc, `cannot unlink the shared memory ${quote(name)}`, errno);
    }
    this.#tracked.remove(name);
  }

  /** Makes room now: a page for which there is none kills the process that touches it. */
  #resize(descriptor: number, byteLength: number): void {
    const errno = this.#libc.posix_fallocate(descriptor, 0, byteLength);
    if (errno === 0) return;
    const what = `cannot make shared memory of ${byteLength} bytes in ${directory}`;
    throw systemError(this.#libc, what, errno);
  }

  #link(descriptor: number, name: string): void {
    const libc = this.#libc;
    const from = `/proc/thread-self/fd/${descriptor}`;
    if (libc.linkat(AT_FDCWD, from, AT_FDCWD, pathOf(name), AT_SYMLINK_FOLLOW) === 0) return;
    const errno = libc.errno();
    if (errno !== EEXIST) {
      throw systemError(libc, `cannot name the shared memory ${quote(name)}`, errno);
    }
    throw new ManycoreError(
      'MANYCORE_NAME_TAKEN',
      `there is a shared memory named ${quote(name)} already: attach to it by SharedMemory.attach, or choose another name`,
    );
  }
}

function quote(name: string): string {
  return JSON.stringify(name);
}

function notFound(name: string): ManycoreError {
  return new ManycoreError(
    'MANYCORE_NAME_NOT_FOUND',
    `there is no shared memory named ${quote(name)}: it was never made, was unlinked, or its maker ended`,
  );
}
