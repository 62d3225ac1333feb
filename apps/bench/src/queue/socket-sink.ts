// The other end of the Unix socket: counts until a round ends and says so.
import { connect } from 'node:net';
import { receiveFrames, sendFrame } from './socket.js';

const socket = connect(process.argv[2] ?? '');
let count = 0;
receiveFrames(socket, (value) => {
  if (value === null) {
    sendFrame(socket, count);
    count = 0;
  } else {
    count += 1;
  }
});
