// The same by a Unix socket, the way one would write it by hand: v8.serialize, and lengths before.
import { createServer, type Socket } from 'node:net';
import { EventEmitter, once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MessengerMaker } from './contenders.js';

const headBytes = 4;

export function sendFrame(socket: Socket, value: unknown): void {
  const body = serialize(value);
  const head = Buffer.allocUnsafe(headBytes);
  head.writeUInt32LE(body.length);
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
}

/** Calls `onValue` for each value that comes. */
export function receiveFrames(socket: Socket, onValue: (value: unknown) => void): void {
  let chunks: Buffer[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    let wanted = headBytes + (peek(chunks) ?? Infinity);
    if (length < wanted) return;
    let all = Buffer.concat(chunks);
    while (all.length >= wanted) {
      onValue(deserialize(all.subarray(headBytes, wanted)));
      all = all.subarray(wanted);
      wanted = all.length < headBytes ? Infinity : headBytes + all.readUInt32LE();
    }
    chunks = [all];
    length = all.length;
  });
}

function peek([first, ...more]: Buffer[]): number | undefined {
  if (!first) return undefined;
  const head = first.length >= headBytes ? first : Buffer.concat([first, ...more]);
  return head.length >= headBytes ? head.readUInt32LE() : undefined;
}

/** A process that counts, at the other end of a Unix socket. */
export const socket: MessengerMaker = {
  name: 'Unix socket',
  make: async ({ afterComparison }) => {
    const path = join(tmpdir(), `manycore-bench-${process.pid}.sock`);
    const server = createServer().listen(path);
    await once(server, 'listening');
    const child = fork(fileURLToPath(new URL('./socket-sink.js', import.meta.url)), [path]);
    const [connection] = (await once(server, 'connection')) as [Socket];
    const answers = new EventEmitter();
    receiveFrames(connection, (value) => answers.emit('message', value));
    afterComparison(() => {
      connection.destroy();
      server.close();
      child.kill();
    });
    return { send: (value) => sendFrame(connection, value), answers };
  },
};
