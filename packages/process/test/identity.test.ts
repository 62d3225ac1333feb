// The identity of processes, as they and other processes see it.
import { expectNoLeaks } from '@manycore/testing';
import { activeChildren, cpuCount, currentProcess, parentProcess, Process } from '@manycore/process';
import { availableParallelism, cpus } from 'node:os';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  daemons,
  debuggerUrl,
  introduce,
  introduceNested,
  lookAtItself,
  sleep,
} from './fixtures/reports.mjs';

expectNoLeaks();

test('the main process', () => {
  const { name, daemon, pid } = currentProcess();
  expect({ name, daemon, pid }).toEqual({ name: 'MainProcess', daemon: false, pid: process.pid });
  expect(currentProcess().isAlive()).toBe(true);
  expect(parentProcess()).toBeUndefined();
  expect(activeChildren()).toEqual([]);
  expect(cpuCount()).toBeGreaterThanOrEqual(1);
  // Without /proc, Linux lists none.
  expect(cpuCount()).toBeLessThanOrEqual(Math.max(cpus().length, availableParallelism()));
});

test('a process, seen from inside and outside', async () => {
  const child = new Process({ target: introduce, name: 'baker', daemon: true });
  expect(child.pid).toBeUndefined();
  child.start();
  const { pid } = child;
  expect(pid).toBeGreaterThan(0);
  expect(activeChildren()).toEqual([child]);
  expect(await child.result).toEqual({
    current: { name: 'baker', daemon: true, pid, alive: true },
    parent: { name: 'MainProcess', pid: process.pid, alive: true },
    children: [],
  });
  await child.join();
  expect(child.pid).toBe(pid);
  expect(activeChildren()).toEqual([]);
});

test('processes of processes', async () => {
  const child = new Process({ target: introduceNested, name: 'child' }).start();
  const { own, children, nested, after } = await child.result;
  await child.join();
  expect(own.parent).toMatchObject({ name: 'MainProcess', pid: process.pid });
  expect(children).toEqual(['grandchild']);
  expect(nested.current.name).toBe('grandchild');
  expect(nested.parent).toEqual({ name: 'child', pid: child.pid, alive: true });
  expect(after).toBe(0);
});

test('those that have ended are no longer active, joined or not', async () => {
  const short = new Process({ target: sleep, args: [1] }).start();
  const long = new Process({ target: sleep, args: [3_600_000] }).start();
  await short.join();
  expect(activeChildren()).toEqual([long]);
  long.terminate();
  await long.join();
});

test('the same objects at each call, in a thread of the process too', async () => {
  expect(currentProcess()).toBe(currentProcess());
  const child = new Process({ target: lookAtItself, name: 'baker' }).start();
  expect(activeChildren()[0]).toBe(child);
  const seen = {
    same: true,
    shown: [
      `ProcessInfo { name: 'baker', pid: ${child.pid}, state: 'running', daemon: false }`,
      `ProcessInfo { name: 'MainProcess', pid: ${process.pid}, state: 'running', daemon: false }`,
    ],
  };
  expect(await child.result).toEqual({ here: seen, inThread: seen });
  await child.join();
});

test("a daemon's children are daemons, unless told otherwise", async () => {
  const results = [false, true].map(async (daemon) => {
    const child = new Process({ target: daemons, daemon }).start();
    const seen = await child.result;
    await child.join();
    return seen;
  });
  const children = (daemon: boolean, inherited: boolean): boolean[][] =>
    [inherited, false, true].map((own) => [own, daemon]);
  expect(await Promise.all(results)).toEqual([
    [false, ...children(false, false)],
    [true, ...children(true, true)],
  ]);
});

test('console.log shows the state', async () => {
  const show = (value: unknown): string => inspect(value, { breakLength: Infinity });
  const child = new Process({ target: sleep, args: [3_600_000], name: 'sleeper' });
  expect(show(child)).toBe(`Process { name: 'sleeper', state: 'initial', daemon: false }`);
  child.start();
  const { pid } = child;
  expect(show(child)).toBe(
    `Process { name: 'sleeper', pid: ${pid}, state: 'running', daemon: false }`,
  );
  child.kill();
  await child.join();
  expect(show(child)).toBe(
    `Process { name: 'sleeper', pid: ${pid}, state: 'done', exitCode: -9, daemon: false }`,
  );
  child.close();
  expect(show(child)).toBe(
    `Process { name: 'sleeper', pid: ${pid}, state: 'closed', exitCode: -9, daemon: false }`,
  );
  expect(show(Object.create(Process.prototype))).toBe('Process {}');
});

test('debugger ports do not collide', async () => {
  const parent = new Process({ target: inspectable, execArgv: ['--inspect=127.0.0.1:0'], stdio: quiet });
  const urls = await parent.start().result;
  await parent.join();
  expect(urls).toHaveLength(3);
  expect(new Set(urls.map((url) => new URL(url).port)).size).toBe(3);
});

const quiet: ['ignore', 'inherit', 'ignore'] = ['ignore', 'inherit', 'ignore'];

/** The debugger's address of a process and of two that it starts, all alive at once. */
export async function inspectable(): Promise<string[]> {
  const children = [1, 2].map(() => new Process({ target: debuggerUrl, stdio: quiet }).start());
  const urls = await Promise.all(children.map((child) => child.result));
  await Promise.all(children.map((child) => child.join()));
  return [debuggerUrl(), ...urls].map(String);
}
