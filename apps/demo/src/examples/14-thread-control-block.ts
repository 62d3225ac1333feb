import { isMain } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer, textLike } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { ObservedThread } from './observed-thread.js';
import {
  notAvailable,
  stateLetterOf,
  statusNumberOf,
  systemCallOf,
  threadExists,
  threadFilesAvailable,
  waitChannelOf,
} from './thread-files.js';

async function main(): Promise<void> {
  if (!threadFilesAvailable) {
    console.log(notAvailable);
    return;
  }
  const observed = new ObservedThread('t1');
  await observed.start();
  const id = observed.nativeId;
  console.log(`process ${process.pid}`);
  console.log(`running: ${systemCallOf(id) === 'running' ? 'registers not observable' : ''}`);
  console.log(`  thread state           ${stateLetterOf(id)}`);

  await observed.block();
  const call = systemCallOf(id);
  if (call === 'running') throw new Error('the thread sleeps, but its system call reads running');
  console.log('blocked:');
  console.log(`  thread identifier      ${id} (OS), ${observed.thread.id ?? NaN} (Node)`);
  console.log(`  stack pointer          ${call.stackPointer}`);
  console.log(`  program counter        ${call.programCounter}`);
  console.log(`  register set           ${call.registers.slice(0, 2).join(' ')}`);
  console.log(`                         ${call.registers.slice(2).join(' ')}`);
  console.log(`  thread state           ${stateLetterOf(id)} in ${waitChannelOf(id)}`);
  console.log(`  parent process pointer ${statusNumberOf(id, 'Tgid')}`);

  await observed.end();
  console.log(`ended: ${threadExists(id) ? 'still there' : 'gone'}, ${observed.thread.state}`);
}

const address = textLike(/0x[0-9a-f]+/, '0x…');

const words = (count: number): ReturnType<typeof textLike> =>
  textLike(new RegExp(`0x[0-9a-f]+(?: 0x[0-9a-f]+){${count - 1}}`), `${count} values`);

const blocked = [
  line('  thread identifier      {native} (OS), {node} (Node)', {
    native: integer,
    node: integer,
  }),
  line('  stack pointer          {address}', { address }),
  line('  program counter        {address}', { address }),
  line('  register set           {two}', { two: words(2) }),
  line('                         {four}', { four: words(4) }),
  line('  thread state           S in {channel}', { channel: textLike(/.*/, 'futex_…') }),
  line('  parent process pointer {tgid}', { tgid: integer }),
];

export const example: Example = {
  title: 'The Thread Control Block, live',
  main,
  expected: threadFilesAvailable
    ? [
        line('process {pid}', { pid: integer }),
        'running: registers not observable',
        '  thread state           R',
        'blocked:',
        ...blocked,
        'ended: gone, done',
      ]
    : [notAvailable],
  check: (run) =>
    threadFilesAvailable
      ? [
          claim(
            'the parent process pointer is process.pid',
            run.value('tgid') === run.value('pid'),
          ),
          claim(
            'it sleeps in a futex wait, or the system does not say where',
            /^(0|futex.*)$/.test(run.value('channel')),
          ),
        ]
      : [],
};

if (isMain(import.meta)) await runAsProgram(example);
