import type { MessagePort } from 'node:worker_threads';

const { MessageChannel, receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');

/** A channel whose other end a thread holds for as long as it lives. */
export class LifeLine {
  /** For the thread, which must receive it and do nothing with it. */
  readonly theirs: MessagePort;
  #ours: MessagePort;
  #ended = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.theirs = port1;
    this.#ours = port2;
  }

  /** Whether the thread has ended, which is known without the event loop. Costs some 20 µs. */
  hasEnded(): boolean {
    if (this.#ended) return true;
    // What was sent last is that the other end has closed; receiving it closes this one.
    receiveMessageOnPort(this.#ours);
    const { port1, port2 } = new MessageChannel();
    try {
      // A closed port cannot be transferred, and nothing else tells so at once.
      port1.postMessage(this.#ours, [this.#ours]);
      this.#ours = receiveMessageOnPort(port2)?.message as MessagePort;
    } catch {
      this.#ended = true;
    } finally {
      port1.close();
    }
    return this.#ended;
  }

  close(): void {
    this.#ended = true;
    this.#ours.close();
  }
}
