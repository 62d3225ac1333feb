import { isMain } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer, textLike } from '../expectation/placeholder.js';
import { ObservedThread } from '../operating-system/observed-thread.js';
import {
  notAvailable,
  stateLetterOf,
  statusNumberOf,
  systemCallOf,
  threadExists,
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
  const id = observed.nativeId;
  console.log(`process ${process.pid}`);
  console.log('running:');
  tell('running', 'thread identifier', id);
  tell('running', 'thread state', stateLetterOf(id));
  tell('running', 'registers', systemCallOf(id) === 'running' ? 'not observable' : 'observable');

  const { call, channel, state } = await observed.block();
  console.log('blocked:');
  tell('blocked', 'thread identifier', id);
  tell('blocked', 'threadId of Node', observed.thread.id ?? NaN);
  tell('blocked', 'stack pointer', call.stackPointer);
  tell('blocked', 'program counter', call.programCounter);
  for (const [index, value] of call.registers.entries()) {
    tell('blocked', `register ${index + 1}`, value);
  }
  tell('blocked', 'thread state', `${state} in ${channel}`);
  tell('blocked', 'parent process', statusNumberOf(id, 'Tgid'));

  await observed.end();
  console.log('ended:');
  tell('ended', 'thread identifier', threadExists(id) ? 'still there' : 'gone');
  tell('ended', 'thread state', observed.thread.state);
}

function tell(when: string, field: string, value: string | number): void {
  console.log(`  ${field.padEnd(17)} ${value}`);
  record.fact(when, field, value);
}

const identifier = line('  thread identifier {native}', { native: integer });
const address = textLike(/0x[0-9a-f]+/, '0x…');

const blocked = [
  identifier,
  line('  threadId of Node  {node}', { node: integer }),
  line('  stack pointer     {address}', { address }),
  line('  program counter   {address}', { address }),
  ...[1, 2, 3, 4, 5, 6].map((each) => line(`  register ${each}        {address}`, { address })),
  line('  thread state      S in {channel}', { channel: textLike(/.*/, 'futex_…') }),
  line('  parent process    {tgid}', { tgid: integer }),
];

export const example: Example = {
  title: 'The Thread Control Block, live',
  purpose:
    'What the operating system keeps of a thread: its id, stack pointer, program counter, registers and state. Read from Linux while the thread runs, while it is blocked, and after its end.',
  main,
  expected: threadFilesAvailable
    ? [
        line('process {pid}', { pid: integer }),
        'running:',
        identifier,
        '  thread state      R',
        '  registers         not observable',
        'blocked:',
        ...blocked,
        'ended:',
        '  thread identifier gone',
        '  thread state      done',
      ]
    : [notAvailable],
  check: (run) =>
    threadFilesAvailable
      ? [
          claim('the parent process is process.pid', run.value('tgid') === run.value('pid')),
          claim(
            'it sleeps in a futex wait, or the system does not say where',
            /^(0|futex.*)$/.test(run.value('channel')),
          ),
        ]
      : [],
  python:
    'A thread of either language is a thread of the operating system with such a block; here it runs JavaScript in an isolate of its own.',
  figure: {
    caption:
      'The block of one thread at three times. While it runs, its registers are in the processor and cannot be read.',
    parts: [{ kind: 'graph', across: true }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);
