import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** What `GET /health` tells, as JSON: with the status 200 when it is healthy, 503 when not. */
export interface Condition {
  readonly healthy: boolean;
  /** The state of the connection to Redis. */
  readonly redis: string;
}

/** Tells those who watch over a worker host whether it takes tasks. */
export class HealthServer {
  readonly #server: Server;

  /** @throws what keeps it from listening: the port is taken, for example. */
  static async open(port: number, condition: () => Condition): Promise<HealthServer> {
    const server = createServer((request, response) => {
      if (request.url !== '/health') {
        response.writeHead(404).end();
        return;
      }
      const now = condition();
      response.writeHead(now.healthy ? 200 : 503, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(now)}\n`);
    });
    server.listen(port);
    await once(server, 'listening');
    return new HealthServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}
