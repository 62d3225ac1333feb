import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { Machine } from './results.js';

const peers = [
  'async-mutex',
  'comlink',
  'jest-worker',
  'multithreading',
  'piscina',
  'poolifier',
  'proper-lockfile',
  'synckit',
  'tinypool',
  'workerpool',
];

/** What figures depend on. */
export function describeMachine(loadBefore: number): Machine {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    python: pythonVersion(),
    loadBefore,
    loadAfter: currentLoad(),
    peers: Object.fromEntries(peers.map((name) => [name, versionOf(name)])),
  };
}

/** Runnable tasks, averaged over a minute. */
export function currentLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}

/** The versions are pinned: those of the manifest are those that are installed. */
function versionOf(name: string): string {
  const manifest = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { readonly dependencies: Readonly<Record<string, string>> };
  return manifest.dependencies[name] ?? 'unknown';
}

function pythonVersion(): string | null {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.replace('Python', '').trim() : null;
}
