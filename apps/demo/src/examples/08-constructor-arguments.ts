import { currentProcess, isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';

/** Takes its options by name, as Python's kwargs would give them. */
export function greet({ greeting = 'Hello', name }: { greeting?: string; name: string }): void {
  console.log(`${greeting}, ${name}, from ${currentProcess().name}`);
  record.moment(currentProcess().name, `greets ${name}`);
}

export function runForever(): Promise<never> {
  return new Promise<never>(() => setInterval(() => undefined, 1000));
}

async function main(): Promise<void> {
  console.log(`main: ${currentProcess().name}`);

  const unnamed = new Process({ target: greet, args: [{ name: 'Ada' }] });
  describe('before start', unnamed);
  unnamed.start();
  record.life(unnamed);
  await unnamed.join();
  describe('after join', unnamed);

  const named = new Process({
    target: greet,
    args: [{ name: 'Alan', greeting: 'Good morning' }],
    name: 'greeter',
  });
  named.start();
  record.life(named);
  await named.join();
  try {
    named.start();
  } catch (error) {
    console.log(`starting twice: ${error instanceof Error ? error.message : String(error)}`);
  }

  const daemon = new Process({ target: runForever, name: 'background', daemon: true });
  daemon.start();
  record.moment(daemon.name, 'started as a daemon');
  console.log(`${daemon.name}: daemon ${python(daemon.daemon)}, alive ${python(daemon.isAlive())}`);
  console.log('main ends, and its daemon with it');
  record.moment('main', 'ends');
}

function describe(when: string, p: Process<typeof greet>): void {
  const pid = p.pid === undefined ? 'None' : 'a number';
  console.log(`${p.name} ${when}: alive ${python(p.isAlive())}, pid ${pid}`);
  console.log(`  daemon ${python(p.daemon)}, exit code ${p.exitCode ?? 'None'}`);
}

export const example: Example = {
  title: 'The other constructor arguments: name, options, daemon; the exit code',
  purpose:
    'What else a process can be told when it is made: its name, options by name, whether it ends with its parent; and what it tells when it has ended.',
  main,
  expected: [
    'main: MainProcess',
    'Process-1 before start: alive False, pid None',
    '  daemon False, exit code None',
    'Hello, Ada, from Process-1',
    'Process-1 after join: alive False, pid a number',
    '  daemon False, exit code 0',
    'Good morning, Alan, from greeter',
    line('starting twice: {error}', { error: textLike(/.+/, 'an error') }),
    'background: daemon True, alive True',
    'main ends, and its daemon with it',
  ],
  python:
    'Names, daemon, is_alive and exitcode are the same; keyword arguments do not exist in JavaScript, so an object of options takes their place.',
  figure: {
    caption:
      'The lives of the two processes that were joined. The daemon is started last and ends with main, which does not wait for it.',
    parts: [{ kind: 'timeline', lanes: ['Process-1', 'greeter', 'background', 'main'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);
