// A program that starts threads or processes: `node program.js URL-OF-PACKAGE CLASS SCENARIO …`. The
// contract looks at it from outside.
import { deepStrictEqual } from 'node:assert';
import type { AnyFunction, ContractWorker, ContractOptions } from './kit.js';
import { exitWith, fail, say, sayAtLength, sayMuch, stay } from './program-targets.js';

type WorkerConstructor = new <F extends AnyFunction>(
  options: ContractOptions<F>,
) => ContractWorker<Awaited<ReturnType<F>>>;

const [module = '', className = '', scenario = '', ...rest] = process.argv.slice(2);
const exports = (await import(module)) as Record<string, WorkerConstructor>;
const WorkerClass = exports[className];
if (!WorkerClass) throw new Error(`${module} exports no ${className}`);

const scenarios: Readonly<Record<string, () => unknown>> = {
  /** The program ends; its daemons do not hold it up. */
  daemons: async () => {
    const all = (['spinning', 'sleeping', 'blocked', 'returned'] as const).map((how) =>
      new WorkerClass({ target: stay, args: [how], daemon: true }).start(),
    );
    // Nothing here may wait for the daemons themselves.
    await new Promise((resolve) => setTimeout(resolve, Number(rest[0])));
    console.log('alive', all.every((worker) => worker.isAlive()));
  },
  daemonAtOnce: () => {
    new WorkerClass({ target: stay, args: ['sleeping'], daemon: true }).start();
  },
  /** The program's own code ends; the others hold it up. */
  others: () => {
    for (const text of ['one', 'two']) new WorkerClass({ target: say, args: [text, 50] }).start();
    console.log('main is done');
  },
  awaitDaemonResult: async () => {
    const worker = new WorkerClass({ target: say, args: ['said', 50], daemon: true }).start();
    console.log('result', await worker.result);
  },
  awaitDaemonResultReadEarly: async () => {
    const worker = new WorkerClass({ target: say, args: ['said', 50], daemon: true });
    const result = worker.result;
    worker.start();
    console.log('result', await result);
  },
  awaitDaemonJoin: async () => {
    const worker = new WorkerClass({ target: say, args: ['said', 50], daemon: true }).start();
    await worker.join();
    console.log('exit code', worker.exitCode);
  },
  /** What was waited for has come; the daemon goes on, and does not hold the program up. */
  awaitedDaemonGoesOn: async () => {
    const worker = new WorkerClass({ target: stay, args: ['returned'], daemon: true }).start();
    console.log('result', await worker.result);
  },
  manyDaemonJoins: async () => {
    for (let i = 0; i < Number(rest[0]); i += 1) {
      const worker = new WorkerClass({ target: exitWith, args: [0], daemon: true }).start();
      await worker.join();
    }
    console.log('joined all');
  },
  unreadResults: async () => {
    process.on('unhandledRejection', () => console.log('unhandled rejection'));
    const all = [
      new WorkerClass({ target: fail }).start(),
      new WorkerClass({ target: exitWith, args: [3] }).start(),
    ];
    await Promise.all(all.map((worker) => worker.join()));
    console.log(all.map((worker) => worker.exitCode).join(' '));
  },
  /** Waits to be killed. */
  stay: async () => {
    for (const how of ['spinning', 'sleeping', 'blocked', 'returned'] as const) {
      new WorkerClass({ target: stay, args: [how] }).start();
    }
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  },
  uncaught: () => {
    new WorkerClass({ target: stay, args: ['spinning'], daemon: true }).start();
    setTimeout(() => {
      throw new Error('the program fails');
    }, Number(rest[0]));
  },
  speakWhileBlocked: () => {
    new WorkerClass({ target: say, args: ['heard at once'] }).start();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  manyLines: async () => {
    const all = [1, 2, 3, 4].map((writer) =>
      new WorkerClass({ target: sayMuch, args: [writer, Number(rest[0])] }).start(),
    );
    await Promise.all(all.map((worker) => worker.join()));
    deepStrictEqual(all.map((worker) => worker.exitCode), [0, 0, 0, 0]);
  },
  longLine: async () => {
    await new WorkerClass({ target: sayAtLength, args: [Number(rest[0])] }).start().join();
  },
  /** For a reader that closes its end. */
  speakToNobody: async () => {
    const worker = new WorkerClass({ target: sayMuch, args: [1, 1000] }).start();
    await worker.join();
    process.stderr.write(`done ${String(worker.isAlive())}\n`);
  },
};

const run = scenarios[scenario];
if (!run) throw new Error(`there is no scenario ${scenario}`);
await run();
