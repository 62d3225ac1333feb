import { isMain, Process, Queue } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { runAsProgram } from '../runner/run-as-program.js';
import type { Message } from './monitor/message.js';

/** OBSERVATION: writes events, reads no queue. */
export async function observe(events: Queue<Message>): Promise<void> {
  for (const text of ['warm', 'warmer', 'hot']) {
    await events.put({ source: 'OBSERVATION', type: 'OBSERVATION', text });
  }
  await events.put({ source: 'OBSERVATION', type: 'END', text: '' });
}

/** SEND: reads the texts that it is to send, writes no queue. */
export async function send(texts: Queue<string>): Promise<void> {
  for await (const text of texts) console.log(`SEND sends ${text}`);
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
    if (type === 'END') break;
    await texts.put(`${type}::${text}`);
  }
  texts.close();
  await observer.join();
  await sender.join();
}

export const example: Example = {
  title: 'Pamela McAnulty: pass messages, do not share state',
  main,
  expected: [
    'queue   carries   read by',
    'events  Message   MAIN',
    'texts   string    SEND',
    'SEND sends OBSERVATION::warm',
    'SEND sends OBSERVATION::warmer',
    'SEND sends OBSERVATION::hot',
  ],
  note: 'One type of message a queue, and a process reads at most one queue: then nobody has to wait for two things at once.',
};

if (isMain(import.meta)) await runAsProgram(example);
