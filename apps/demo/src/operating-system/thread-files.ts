import { existsSync, readFileSync, readlinkSync } from 'node:fs';

/** The system call in which a thread is blocked, as `/proc` tells it. */
export interface BlockedCall {
  readonly number: number;
  /** The six argument registers, in hexadecimal. */
  readonly registers: readonly string[];
  readonly stackPointer: string;
  readonly programCounter: string;
}

/** Whether this system says what its threads do: Linux does, under `/proc`. */
export const threadFilesAvailable: boolean = existsSync(`/proc/self/task/${process.pid}/syscall`);

export const notAvailable =
  'not available here: only Linux shows its threads, under /proc/self/task';

/** The calling thread's id in the operating system. */
export function nativeThreadId(): number {
  // The link reads PID/task/TID.
  return Number(readlinkSync('/proc/thread-self').split('/')[2]);
}

export function threadExists(id: number): boolean {
  return existsSync(`/proc/self/task/${id}`);
}

/**
 * A thread's blocked call, or `running` while it is not blocked: then nothing can be observed. The system says −1 of a
 * thread that could run and has no processor just then, as on a machine with more to do than processors.
 */
export function systemCallOf(id: number): BlockedCall | 'running' {
  const fields = read(id, 'syscall').trim().split(' ');
  if (fields[0] === 'running' || fields[0] === '-1') return 'running';
  const [stackPointer = '', programCounter = ''] = fields.slice(-2);
  const registers = fields.slice(1, -2);
  return { number: Number(fields[0]), registers, stackPointer, programCounter };
}

/** The letter of the thread's state: R could run, S sleeps, … */
export function stateLetterOf(id: number): string {
  const stat = read(id, 'stat');
  return stat.charAt(stat.lastIndexOf(')') + 2);
}

/** Where in the kernel the thread sleeps, such as `futex_wait_queue`; some systems do not say. */
export function waitChannelOf(id: number): string {
  return read(id, 'wchan');
}

/** A number of the thread's `status` file: `Tgid`, `voluntary_ctxt_switches`, … */
export function statusNumberOf(id: number, name: string): number {
  const line = read(id, 'status')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  return Number.parseInt(line?.slice(name.length + 1) ?? '', 10);
}

/** The range of this process's memory that holds the address. */
export function memoryRangeAt(address: string): { readonly from: string; readonly to: string } {
  const ranges = readFileSync('/proc/self/maps', 'latin1').matchAll(/^([\da-f]+)-([\da-f]+) /gm);
  for (const [, from = '', to = ''] of ranges) {
    if (BigInt(address) >= BigInt(`0x${from}`) && BigInt(address) < BigInt(`0x${to}`)) {
      return { from: `0x${from}`, to: `0x${to}` };
    }
  }
  throw new RangeError(`${address} is not in the memory of this process`);
}

/** The most memory that this process may map, in bytes, or `unlimited`. */
export function memoryLimit(): string {
  const line = /^Max address space +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
  return line?.[1] ?? '';
}

function read(id: number, file: string): string {
  return readFileSync(`/proc/self/task/${id}/${file}`, 'latin1');
}
