import { isMain, Process, Queue } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import type { Message } from '../monitor/message.js';

/** OBSERVATION: writes events, reads no queue. */
export async function observe(events: Queue<Message>): Promise<void> {
  for (const text of ['warm', 'warmer', 'hot']) {
    record.message('OBSERVATION', 'events', text);
    await events.put({ source: 'OBSERVATION', type: 'OBSERVATION', text });
  }
  record.message('OBSERVATION', 'events', 'END');
  await events.put({ source: 'OBSERVATION', type: 'END', text: '' });
}

/** SEND: reads the texts that it is to send, writes no queue. */
export async function send(texts: Queue<string>): Promise<void> {
  for await (const text of texts) {
    record.message('texts', 'SEND', text);
    console.log(`SEND sends ${text}`);
  }
}

/** MAIN: reads events, and writes texts. */
async function main(): Promise<void> {
  const events = new Queue<Message>({ scope: 'processes' });
  const texts = new Queue<string>({ scope: 'processes' });
  console.log('queue   carries   read by');
  console.log('events  Message   MAIN');
  console.log('texts   string    SEND');
  const observer = new Process({ target: observe, args: [events] }).start();
  const sender = new Process({ target: send, args: [texts] }).start();
  for await (const { type, text } of events) {
    record.message('events', 'MAIN', type === 'END' ? 'END' : text);
    if (type === 'END') break;
    record.message('MAIN', 'texts', `${type}::${text}`);
    await texts.put(`${type}::${text}`);
  }
  texts.close();
  await observer.join();
  await sender.join();
}

export const example: Example = {
  title: 'Pass messages, do not share state',
  purpose:
    'Processes that share nothing: each reads at most one queue, and a queue carries one type of message.',
  main,
  expected: [
    'queue   carries   read by',
    'events  Message   MAIN',
    'texts   string    SEND',
    'SEND sends OBSERVATION::warm',
    'SEND sends OBSERVATION::warmer',
    'SEND sends OBSERVATION::hot',
  ],
  python:
    'multiprocessing.Queue with put and get; here a queue can also be closed and read with for await.',
  figure: {
    caption:
      'Every message of this run. OBSERVATION never talks to SEND: main passes on what it hears.',
    parts: [{ kind: 'sequence', lanes: ['OBSERVATION', 'events', 'MAIN', 'texts', 'SEND'] }],
  },
  note: 'One type of message a queue, and a process reads at most one queue: then no process has to wait for two things at once.',
};

if (isMain(import.meta)) await runAsProgram(example);
