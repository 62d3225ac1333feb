// A program that starts threads or processes: `node program.js URL-OF-PACKAGE CLASS SCENARIO …`. The
// contract looks at it from outside.
import { deepStrictEqual } from 'node:assert';
import type { AnyFunction, ContractActivity, ContractOptions } from './kit.js';
import { exitWith, fail, say, sayAtLength, sayMuch, stay } from './program-targets.js';

type ActivityClass = new <F extends AnyFunction>(
  options: ContractOptions<F>,
) => ContractActivity<Awaited<ReturnType<F>>>;

const [module = '', className = '', scenario = '', ...rest] = process.argv.slice(2);
const exports = (await import(module)) as Record<string, ActivityClass>;
const Activity = exports[className];
if (!Activity) throw new Error(`${module} exports no ${className}`);

const scenarios: Readonly<Record<string, () => unknown>> = {
  /** The program ends; its daemons do not hold it up. */
  daemons: async () => {
    const all = (['spinning', 'sleeping', 'blocked', 'returned'] as const).map((how) =>
      new Activity({ target: stay, args: [how], daemon: true }).start(),
    );
    // Nothing here may wait for the daemons themselves.
    await new Promise((resolve) => setTimeout(resolve, Number(rest[0])));
    console.log('alive', all.every((activity) => activity.isAlive()));
  },
  daemonAtOnce: () => {
    new Activity({ target: stay, args: ['sleeping'], daemon: true }).start();
  },
  /** The program's own code ends; the others hold it up. */
  others: () => {
    for (const text of ['one', 'two']) new Activity({ target: say, args: [text, 50] }).start();
    console.log('main is done');
  },
  awaitDaemonResult: async () => {
    const activity = new Activity({ target: say, args: ['said', 50], daemon: true }).start();
    console.log('result', await activity.result);
  },
  awaitDaemonResultReadEarly: async () => {
    const activity = new Activity({ target: say, args: ['said', 50], daemon: true });
    const result = activity.result;
    activity.start();
    console.log('result', await result);
  },
  awaitDaemonJoin: async () => {
    const activity = new Activity({ target: say, args: ['said', 50], daemon: true }).start();
    await activity.join();
    console.log('exit code', activity.exitCode);
  },
  /** What was waited for has come; the daemon goes on, and does not hold the program up. */
  awaitedDaemonGoesOn: async () => {
    const activity = new Activity({ target: stay, args: ['returned'], daemon: true }).start();
    console.log('result', await activity.result);
  },
  manyDaemonJoins: async () => {
    for (let i = 0; i < Number(rest[0]); i += 1) {
      const activity = new Activity({ target: exitWith, args: [0], daemon: true }).start();
      await activity.join();
    }
    console.log('joined all');
  },
  unreadResults: async () => {
    process.on('unhandledRejection', () => console.log('unhandled rejection'));
    const all = [
      new Activity({ target: fail }).start(),
      new Activity({ target: exitWith, args: [3] }).start(),
    ];
    await Promise.all(all.map((activity) => activity.join()));
    console.log(all.map((activity) => activity.exitCode).join(' '));
  },
  /** Waits to be killed. */
  stay: async () => {
    for (const how of ['spinning', 'sleeping', 'blocked', 'returned'] as const) {
      new Activity({ target: stay, args: [how] }).start();
    }
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  },
  uncaught: () => {
    new Activity({ target: stay, args: ['spinning'], daemon: true }).start();
    setTimeout(() => {
      throw new Error('the program fails');
    }, Number(rest[0]));
  },
  speakWhileBlocked: () => {
    new Activity({ target: say, args: ['heard at once'] }).start();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  manyLines: async () => {
    const all = [1, 2, 3, 4].map((writer) =>
      new Activity({ target: sayMuch, args: [writer, Number(rest[0])] }).start(),
    );
    await Promise.all(all.map((activity) => activity.join()));
    deepStrictEqual(all.map((activity) => activity.exitCode), [0, 0, 0, 0]);
  },
  longLine: async () => {
    await new Activity({ target: sayAtLength, args: [Number(rest[0])] }).start().join();
  },
  /** For a reader that closes its end. */
  speakToNobody: async () => {
    const activity = new Activity({ target: sayMuch, args: [1, 1000] }).start();
    await activity.join();
    process.stderr.write(`done ${String(activity.isAlive())}\n`);
  },
};

const run = scenarios[scenario];
if (!run) throw new Error(`there is no scenario ${scenario}`);
await run();
