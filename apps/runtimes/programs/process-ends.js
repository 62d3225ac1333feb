// Processes that are ended, or end with their parent: none stays.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMain, Process, task } from 'manycore';

export const spin = task(import.meta.url, 'spin', () => {
  writeSync(1, `${process.pid}\n`);
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
});

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

if (isMain(import.meta) && process.argv[2] === 'parent') {
  const child = new Process({ target: spin, daemon: true }).start();
  child.result.catch(() => undefined);
  setInterval(() => undefined, 1000);
} else if (isMain(import.meta)) {
  const child = new Process({ target: spin, stdio: 'ignore' }).start();
  child.result.catch(() => undefined);
  child.kill();
  await child.join();
  assert.equal(child.isAlive(), false);

  const own = fileURLToPath(import.meta.url);
  const options = process.versions.deno === undefined ? [] : ['run', '--allow-all'];
  const parent = spawn(process.execPath, [...options, own, 'parent'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise((resolve) => parent.stdout.once('data', (text) => resolve(Number(String(text)))));
  assert.equal(isAlive(pid), true);
  parent.kill('SIGKILL');
  const deadline = Date.now() + 10_000;
  while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  const survived = isAlive(pid);
  if (survived) process.kill(pid, 'SIGKILL');
  assert.equal(survived, false, 'the child survived its parent');
}
