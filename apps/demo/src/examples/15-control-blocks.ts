import { readdirSync } from 'node:fs';
import { isMain } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer, textLike } from '../expectation/placeholder.js';
import { ObservedThread } from '../operating-system/observed-thread.js';
import {
  memoryLimit,
  memoryRangeAt,
  notAvailable,
  stateLetterOf,
  statusNumberOf,
  systemCallOf,
  threadFilesAvailable,
} from '../operating-system/thread-files.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

async function main(): Promise<void> {
  if (!threadFilesAvailable) {
    console.log(notAvailable);
    return;
  }
  const observed = new ObservedThread('t1');
  await observed.start();
  const { call, state } = await observed.block();
  const id = observed.nativeId;
  const own = systemCallOf(process.pid); // Of this thread, while it reads the file.
  if (own === 'running') throw new Error('this thread reads a file, but its system call reads running');

  console.log('process control block');
  tell('PCB', 'PID', process.pid);
  tell('PCB', 'state', stateLetterOf(process.pid));
  tell('PCB', 'program counter', own.programCounter);
  tell('PCB', 'registers', `${own.registers[0] ?? ''} …`);
  tell('PCB', 'memory limits', memoryLimit());
  tell('PCB', 'open files', readdirSync('/proc/self/fd').length);

  console.log('thread control block');
  tell('TCB', 'parent pointer', statusNumberOf(id, 'Tgid'));
  tell('TCB', 'TID', id);
  tell('TCB', 'state', state);
  tell('TCB', 'program counter', call.programCounter);
  tell('TCB', 'register set', `${call.registers[0] ?? ''} …`);
  tell('TCB', 'stack pointer', call.stackPointer);

  console.log('process memory that the stack pointer points into');
  const { from, to } = memoryRangeAt(call.stackPointer);
  tell('memory', 'from', from);
  tell('memory', 'to', to);

  record.message('TCB/parent pointer', 'PCB/PID', 'the process');
  record.message('TCB/stack pointer', 'memory/from', 'the stack');
  await observed.end();
}

function tell(block: string, field: string, value: string | number): void {
  console.log(`  ${field.padEnd(15)} ${value}`);
  record.fact(block, field, value);
}

const n = integer;
const address = textLike(/0x[0-9a-f]+/, '0x…');
const first = textLike(/0x[0-9a-f]+ …/, '0x… …');
const limit = textLike(/unlimited|\d+/, 'limit');

export const example: Example = {
  title: 'Diagram: PCB, TCB and the memory of the process',
  purpose:
    'How the two control blocks hang together: the block of a thread points to its process, and its stack pointer into the memory of that process.',
  main,
  expected: threadFilesAvailable
    ? [
        'process control block',
        line('  PID             {pid}', { pid: n }),
        '  state           R',
        line('  program counter {address}', { address }),
        line('  registers       {first}', { first }),
        line('  memory limits   {limit}', { limit }),
        line('  open files      {files}', { files: n }),
        'thread control block',
        line('  parent pointer  {parent}', { parent: n }),
        line('  TID             {tid}', { tid: n }),
        '  state           S',
        line('  program counter {address}', { address }),
        line('  register set    {first}', { first }),
        line('  stack pointer   {stack}', { stack: address }),
        'process memory that the stack pointer points into',
        line('  from            {from}', { from: address }),
        line('  to              {to}', { to: address }),
      ]
    : [notAvailable],
  check: (run) =>
    threadFilesAvailable
      ? [
          claim(
            "the thread's parent pointer is the process",
            run.value('parent') === run.value('pid'),
          ),
          claim(
            "its stack pointer points into the process's memory",
            BigInt(run.value('stack')) >= BigInt(run.value('from')) &&
              BigInt(run.value('stack')) < BigInt(run.value('to')),
          ),
        ]
      : [],
  python: 'The same structures of the operating system: they do not depend on the language.',
  figure: {
    caption:
      'Live values of this run. The arrows are what the pointers say: the parent pointer is the id of the process, and the stack pointer lies in this range of its memory.',
    parts: [{ kind: 'graph', rows: true, across: true }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);
