import { sharedState } from '@manycore/core/internal';

import { shareWithThreads, inherited, isMainThread } from '../platform/node.js';

/*
 * A native addon that is being initialised in a thread that is terminated at that instant cannot report
 * it, and Node ends the whole process. So a thread does not load the addon while a thread is being
 * terminated, and none is terminated while one loads it. Two words that all threads of the process share:
 *
 *   0 loaders: threads that load the addon · 1 terminations that have begun and not ended
 *
 * Each side counts itself first and looks at the other's word then; so at least one of them sees the other
 * and steps back. Loading takes milliseconds, and happens once a thread.
 */
const key = 'manycore.nativeLoading.1';
const [loadersWord, terminationsWord] = [0, 1] as const;

/** How long the one waits for the other, in milliseconds: a thread may be killed as a loader. */
const patience = 2000;
/** How often a termination looks whether the loaders are done, in milliseconds. */
const interval = 2;

// Taken now: a test that replaces the timers later must not stop a termination.
const { setTimeout } = globalThis;

class NativeLoading {
  readonly #words: Int32Array;
  /** Terminations of this thread, which end on its own event loop: waiting for them would deadlock. */
  #own = 0;

  constructor() {
    let buffer = inherited(key);
    if (!buffer) {
      buffer = new SharedArrayBuffer(64);
      shareWithThreads(key, buffer);
    }
    this.#words = new Int32Array(buffer);
  }

  /** Runs what loads the addon; blocks the thread while another is being terminated. */
  load<T>(action: () => T): T {
    // The main thread is not terminated.
    if (isMainThread) return action();
    const words = this.#words;
    Atomics.add(words, loadersWord, 1);
    try {
      const deadline = performance.now() + patience;
      for (;;) {
        const terminations = Atomics.load(words, terminationsWord);
        if (terminations <= this.#own) break;
        if (performance.now() >= deadline) {
          // The thread that counted them was terminated itself, before they ended.
          Atomics.compareExchange(words, terminationsWord, terminations, this.#own);
          break;
        }
        Atomics.sub(words, loadersWord, 1);
        Atomics.wait(words, terminationsWord, terminations, 50);
        Atomics.add(words, loadersWord, 1);
      }
      return action();
    } finally {
      // Not below 0: a termination that gave up may have set it to that.
      if (Atomics.load(words, loadersWord) > 0) Atomics.sub(words, loadersWord, 1);
    }
  }

  /**
   * Calls `terminate` once no thread loads the addon. `gone` settles when the thread has ended, or never
   * if it does not.
   */
  terminate(terminate: () => void, gone: Promise<unknown>): void {
    const words = this.#words;
    this.#own += 1;
    Atomics.add(words, terminationsWord, 1);
    void gone.finally(() => {
      this.#own -= 1;
      Atomics.sub(words, terminationsWord, 1);
      Atomics.notify(words, terminationsWord);
    });
    const deadline = performance.now() + patience;
    const attempt = (): void => {
      const loaders = Atomics.load(words, loadersWord);
      if (loaders > 0 && performance.now() < deadline) {
        setTimeout(attempt, interval);
        return;
      }
      // One that was killed as a loader, past this protocol, is not waited for again.
      if (loaders > 0) Atomics.compareExchange(words, loadersWord, loaders, 0);
      terminate();
    };
    attempt();
  }
}

const nativeLoading = sharedState('memory.nativeLoading', () => new NativeLoading());

/** Runs what loads a native addon into this thread, at no moment at which the thread is being terminated. */
export function loadNative<T>(action: () => T): T {
  return nativeLoading.load(action);
}

/**
 * Terminates a worker thread by `terminate`, at no moment at which it loads the native addon of this
 * package: Node would end the whole process. `gone` settles when the thread has ended.
 */
export function terminateThread(terminate: () => void, gone: Promise<unknown>): void {
  nativeLoading.terminate(terminate, gone);
}
