// Answers requests over NATS, in its own thread; each request is a chunk of numbers. Workers share them as a queue group.
import { connect } from '@nats-io/transport-node';

const connection = await connect({ port: Number(process.argv[2]) });
const requests = connection.subscribe('plain', { queue: 'workers' });
await connection.flush();
console.log('ready');
for await (const request of requests) {
  request.respond(JSON.stringify(request.json<number[]>().map((n) => n)));
}
