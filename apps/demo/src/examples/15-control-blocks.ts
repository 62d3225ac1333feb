import { readdirSync, readFileSync } from 'node:fs';
import { isMain } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { beside, box } from '../drawing/box.js';
import { claim } from '../expectation/claim.js';
import { drawing, type ExpectedLine, line } from '../expectation/expectation.js';
import { integer, padded, textLike } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { ObservedThread } from './observed-thread.js';
import {
  type BlockedCall,
  notAvailable,
  stateLetterOf,
  statusNumberOf,
  systemCallOf,
  threadFilesAvailable,
} from './thread-files.js';

/** The arrows of the diagram, as what they stand on. */
interface Facts {
  readonly parent: number;
  readonly pid: number;
  /** The memory of the process that the thread's stack pointer points into. */
  readonly stack: string | undefined;
}

const width = 34;
/** The column of the arrow that leads from the thread's block down to its stack. */
const stackArrow = 56;

async function main(): Promise<Facts | undefined> {
  if (!threadFilesAvailable) {
    console.log(notAvailable);
    return undefined;
  }
  const observed = new ObservedThread('t1');
  await observed.start();
  await observed.block();
  const id = observed.nativeId;
  const call = blockedCallOf(id);
  const parent = statusNumberOf(id, 'Tgid');
  const stack = memoryAt(call.stackPointer);

  const own = blockedCallOf(process.pid); // Of this thread, while it reads the file.
  const processBlock = box(
    [
      'Process Control Block',
      `PID             ${process.pid}`,
      `state           ${stateLetterOf(process.pid)}`,
      `program counter ${own.programCounter}`,
      `registers       ${own.registers[0] ?? ''} …`,
      `memory limits   ${memoryLimit()}`,
      `open files      ${readdirSync('/proc/self/fd').length}`,
    ],
    width,
  );
  const threadBlock = box(
    [
      'Thread Control Block',
      `parent pointer  ${parent}`,
      `TID             ${id}`,
      `state           ${stateLetterOf(id)}`,
      `program counter ${call.programCounter}`,
      `register set    ${call.registers[0] ?? ''} …`,
      `stack pointer   ${call.stackPointer}`,
    ],
    width,
  );
  const arrow = ['', '', '◄── parent ───'];
  console.log(beside([processBlock, arrow, threadBlock], ' ').join('\n'));
  console.log(`${' '.repeat(stackArrow)}│ stack pointer`);
  console.log(`${`process memory ${stack ?? 'without it'} ◄`.padEnd(stackArrow, '─')}┘`);
  await observed.end();
  return { parent, pid: process.pid, stack };
}

function blockedCallOf(id: number): BlockedCall {
  const call = systemCallOf(id);
  if (call === 'running') throw new Error(`thread ${id} is not in a system call`);
  return call;
}

/** The range of the process's memory that holds the address. */
function memoryAt(address: string): string | undefined {
  const ranges = readFileSync('/proc/self/maps', 'latin1').matchAll(/^([\da-f]+)-([\da-f]+) /gm);
  for (const [, from = '', to = ''] of ranges) {
    if (BigInt(address) >= BigInt(`0x${from}`) && BigInt(address) < BigInt(`0x${to}`)) {
      return `0x${from}–0x${to}`;
    }
  }
  return undefined;
}

function memoryLimit(): string {
  const line = /^Max address space +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
  return line?.[1] ?? '';
}

const values = {
  n: padded(integer),
  a: padded(textLike(/0x[0-9a-f]+/, '0x…')),
  first: padded(textLike(/0x[0-9a-f]+ …/, '0x… …')),
  limit: padded(textLike(/unlimited|\d+/, 'limit')),
};
const row = (left: string, right: string, arrow = '              '): ExpectedLine =>
  line(`│ ${left}│ ${arrow} │ ${right}│`, values);
const rule = '─'.repeat(width);

export const example: Example<Facts | undefined> = {
  title: 'Diagram: PCB, TCB and the memory of the process',
  main,
  expected: threadFilesAvailable
    ? [
        drawing(
          `┌${rule}┐                ┌${rule}┐`,
          row('Process Control Block            ', 'Thread Control Block             '),
          row('PID             {n}', 'parent pointer  {n}', '◄── parent ───'),
          row('state           R                ', 'TID             {n}'),
          row('program counter {a}', 'state           S                '),
          row('registers       {first}', 'program counter {a}'),
          row('memory limits   {limit}', 'register set    {first}'),
          row('open files      {n}', 'stack pointer   {a}'),
          `└${rule}┘                └${rule}┘`,
          `${' '.repeat(stackArrow)}│ stack pointer`,
          line('process memory {range} ◄{rule}┘', {
            range: textLike(/0x[0-9a-f]+–0x[0-9a-f]+/, '0x…–0x…'),
            rule: { shown: '───', form: '─*' },
          }),
        ),
      ]
    : [notAvailable],
  check: ({ facts }) =>
    facts
      ? [
          claim("the thread's parent pointer is the process", facts.parent === facts.pid),
          claim("its stack pointer points into the process's memory", facts.stack !== undefined),
        ]
      : [],
};

if (isMain(import.meta)) await runAsProgram(example);
