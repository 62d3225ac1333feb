import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A cable to a Redis that can be cut: what is sent meanwhile is held back, or the connections are dropped. */
export class Proxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #stalled = false;
  #lost: string | undefined;
  #losses = 0;
  #cutAfterLoss = false;
  #cut = false;

  static async to(port: number): Promise<Proxy> {
    const proxy = new Proxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(port: number) {
    this.#server = createServer((near) => {
      if (this.#cut) {
        near.destroy();
        return;
      }
      const far = createConnection({ port, host: '127.0.0.1' });
      for (const [from, to] of [[near, far], [far, near]] as const) {
        this.#sockets.add(from);
        from.on('data', (data) => {
          if (from === far && this.#loses(data)) far.destroy();
          else to.write(data);
        });
        from.on('error', () => undefined);
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
        if (this.#stalled) from.pause();
      }
    });
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
    return `redis://127.0.0.1:${address.port}`;
  }

  /** Nothing passes any more, and nobody is told. */
  stall(): void {
    this.#stalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  flow(): void {
    this.#stalled = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Cuts every connection; new ones may be made. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts every connection, and lets no new one be made until `mend`. */
  cut(): void {
    this.#cut = true;
    this.drop();
  }

  mend(): void {
    this.#cut = false;
  }

  /** The next replies of Redis with this text are lost, so many, each with its connection; with the last, the cable is cut. */
  lose(text: string, times: number, { thenCut = false } = {}): void {
    this.#lost = text;
    this.#losses = times;
    this.#cutAfterLoss = thenCut;
  }

  /** How many replies are still to be lost. */
  get losses(): number {
    return this.#losses;
  }

  #loses(data: Uint8Array): boolean {
    if (this.#lost === undefined || this.#losses === 0 || !String(data).includes(this.#lost)) return false;
    this.#losses -= 1;
    if (this.#losses === 0 && this.#cutAfterLoss) this.cut();
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.drop();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}
