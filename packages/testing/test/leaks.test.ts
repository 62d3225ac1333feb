import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { nothingLeftSince, startLazyParts, takeSnapshot } from '@manycore/testing';
import { beforeAll, describe, expect, test } from 'vitest';

const waitForEver = 'setInterval(() => undefined, 1e9)';

beforeAll(startLazyParts);

describe('what is left behind is named', () => {
  test('an open file', async () => {
    const before = takeSnapshot();
    const file = await open(import.meta.filename);
    await expect(nothingLeftSince(before, 0)).rejects.toThrow(
      `descriptor: ${import.meta.filename} (descriptor ${file.fd})`,
    );
    await file.close();
    await nothingLeftSince(before);
  });

  test('a worker thread', async () => {
    const before = takeSnapshot();
    const worker = new Worker(waitForEver, { eval: true });
    await once(worker, 'online');
    await expect(nothingLeftSince(before, 0)).rejects.toThrow(/thread: .* \(thread \d+\)/);
    await worker.terminate();
    await nothingLeftSince(before);
  });

  test('a child process', async () => {
    const before = takeSnapshot();
    const child = spawn(process.execPath, ['-e', waitForEver], { stdio: 'ignore' });
    await once(child, 'spawn');
    await expect(nothingLeftSince(before, 0)).rejects.toThrow(`(pid ${child.pid ?? '?'}, state`);
    child.kill();
    await once(child, 'exit');
    await nothingLeftSince(before);
  });

  test('a process whose parent has ended', async () => {
    const before = takeSnapshot();
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const { spawn } = require('node:child_process');
         const options = { stdio: 'ignore', detached: true };
         const { pid } = spawn(process.execPath, ['-e', ${JSON.stringify(waitForEver)}], options);
         console.log(pid);
         process.exit();`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [output] = await Promise.all([text(parent.stdout), once(parent, 'close')]);
    const orphan = Number(output);
    await expect(nothingLeftSince(before, 0)).rejects.toThrow(`(pid ${orphan}, state`);
    process.kill(orphan, 'SIGKILL');
    await nothingLeftSince(before);
  });

  test('a listener on process', async () => {
    const before = takeSnapshot();
    const listener = (): void => undefined;
    process.on('beforeExit', listener);
    await expect(nothingLeftSince(before, 0)).rejects.toThrow(
      "listener: process.on('beforeExit'), listener 1",
    );
    process.off('beforeExit', listener);
    await nothingLeftSince(before);
  });
});

test('what was there before is no leak', async () => {
  const file = await open(import.meta.filename);
  await nothingLeftSince(takeSnapshot(), 0);
  await file.close();
});
