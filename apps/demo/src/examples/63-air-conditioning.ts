import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { isMain, Queue } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { timeScale } from '../time/scale.js';
import { listen, observe, send, watchStatus } from '../monitor/air-conditioning.js';
import { MainContext } from '../monitor/main-context.js';
import type { Message, MessageType } from '../monitor/message.js';

const requests = ['temperature', 'humidity', 'pressure'];

interface Facts {
  /** What SEND has written. */
  readonly sent: readonly string[];
}

async function main(): Promise<Facts> {
  const folder = await mkdtemp(join(tmpdir(), 'manycore-monitor-'));
  try {
    return await monitor(join(folder, 'sent'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** MAIN: starts the others, and passes on what they tell, until END. */
async function monitor(file: string): Promise<Facts> {
  const context = new MainContext();
  const interval = 250 * timeScale();
  const messages = new Queue<Message | 'END'>({ scope: 'processes' });
  const replies = new Queue<string>({ scope: 'processes' });
  const ports = new Queue<number>({ scope: 'processes' });
  const sender = await context.start(send, 'SEND', [messages, file]);
  await context.start(listen, 'LISTEN', [replies, ports]);
  await context.start(watchStatus, 'STATUS', [interval]);
  await context.start(observe, 'OBSERVATION', [interval]);
  console.log(`${context.workers.length} workers have started`);

  const seen = new Set<MessageType>();
  let client: Promise<void> | undefined;
  let id = 0;
  for await (const message of context.events) {
    if (message.type === 'END') break;
    if (message.type === 'REQUEST') {
      id += 1;
      record.message('MAIN', 'LISTEN', `REPLY ${id}`);
      await replies.put(`REPLY ${id} ${message.text}`);
    } else {
      record.message('MAIN', 'SEND', `${message.type} ${message.text}`);
      await messages.put(message);
      seen.add(message.type);
      // The client begins when there has been something to send of either type.
      if (seen.size === 2) client ??= ask(await ports.get());
    }
  }
  await client;
  record.message('MAIN', 'SEND', 'END');
  await messages.put('END');
  await sender.process.join(); // It has sent all that came before.
  await context.stop();
  for (const { name, process } of context.workers) {
    console.log(`${name} has stopped, exit code ${process.exitCode ?? 'None'}`);
  }
  const sent = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return { sent };
}

/** The client: asks three times, then says END. */
async function ask(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  for (const request of requests) {
    record.message('client', 'LISTEN', request);
    socket.write(`${request}\n`);
    const answer = await answers.next();
    record.message('LISTEN', 'client', answer.done ? 'no answer' : answer.value);
    console.log(`client: ${answer.done ? 'no answer' : answer.value}`);
  }
  record.message('client', 'LISTEN', 'END');
  socket.end('END\n');
}

export const example: Example<Facts> = {
  title: 'The whole: an air-conditioning monitor of five processes',
  purpose:
    'All of it together: five processes that watch an air-conditioning plant, answer requests from the network, and end in good order.',
  main,
  expected: [
    '4 workers have started',
    ...requests.map((request, index) => `client: REPLY ${index + 1} ${request}`),
    'SEND has stopped, exit code 0',
    'LISTEN has stopped, exit code 0',
    'STATUS has stopped, exit code 0',
    'OBSERVATION has stopped, exit code 0',
  ],
  check: ({ facts: { sent } }) => [
    claim('SEND wrote an observation', sent.includes('OBSERVATION::SOME DATA')),
    claim(
      'SEND wrote the status, OKAY or NOT-OKAY, and only when it had changed',
      onlyChanges(sent.filter((line) => line.startsWith('STATUS::'))),
    ),
    claim(
      'and nothing else',
      sent.every((line) => /^(?:OBSERVATION::SOME DATA|STATUS::(?:NOT-)?OKAY)$/.test(line)),
    ),
  ],
  python:
    'The same five processes, message types and end; the port and the intervals are chosen so that the run is short and disturbs no one.',
  figure: {
    caption:
      'Every message of this run, from the top down: observations and status go through MAIN to SEND, requests through LISTEN to MAIN and back, until the client says END.',
    parts: [{ kind: 'sequence', lanes: ['client', 'LISTEN', 'MAIN', 'STATUS', 'OBSERVATION', 'SEND'] }],
  },
};

function onlyChanges(lines: readonly string[]): boolean {
  return lines.length > 0 && lines.every((line, index) => line !== lines[index - 1]);
}

if (isMain(import.meta)) await runAsProgram(example);
