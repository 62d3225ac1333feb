// The recipe of docs/bundlers.md for Next.js, and what a program gets that does not follow it.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expectNoLeaks, Program } from '@manycore/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packPackages } from '../../../../scripts/published-packages.js';
import { documentedFile } from '../project.js';
import { npmInstall } from './installed.js';

expectNoLeaks();

const versions = ['next@16.4.6', 'react@19.2.0', 'react-dom@19.2.0'];
const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: undefined, VITEST: undefined };
const root = mkdtempSync(join(tmpdir(), 'manycore-next-'));
const app = join(root, 'app');

beforeAll(async () => {
  const tarballs = await packPackages(root);
  write('package.json', '{ "private": true, "type": "module" }');
  for (const file of ['next.config.mjs', 'workers/numbers.mjs', 'app/squares/route.js']) {
    write(file, documentedFile(file));
  }
  write('app/layout.jsx', 'export default ({ children }) => <html><body>{children}</body></html>;');
  write('app/page.jsx', 'export default () => <p>hello</p>;');
  await npmInstall(app, ...versions, ...tarballs.values());
}, 300_000);

afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  const path = join(app, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Builds the application, moves its standalone server elsewhere, and answers one request. */
async function build(): Promise<string> {
  const next = join(app, 'node_modules', 'next', 'dist', 'bin', 'next');
  const environment = { ...process.env, ...env };
  await promisify(execFile)(process.execPath, [next, 'build'], { cwd: app, env: environment });
  const place = join(root, 'deployed');
  rmSync(place, { recursive: true, force: true });
  cpSync(join(app, '.next', 'standalone'), place, { recursive: true, verbatimSymlinks: true });
  rmSync(join(app, '.next'), { recursive: true });
  return place;
}

/** What the standalone server in that folder answers to one request. */
async function answer(place: string): Promise<{ status: number; text: string; errors: string }> {
  const port = await freePort();
  await using server = new Program(join(place, 'server.js'), {
    cwd: place,
    env: { ...env, PORT: String(port), HOSTNAME: '127.0.0.1' },
    allowWarnings: true,
    allowSurvivors: true,
  });
  await server.line(/Ready/);
  const response = await fetch(`http://127.0.0.1:${port}/squares`);
  return { status: response.status, text: await response.text(), errors: server.stderr };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('the recipe: pools of threads and processes, and memory across processes', async () => {
  const { status, text } = await answer(await build());
  expect({ status, text }).toEqual({ status: 200, text: '{"squares":[1,4,9],"total":3}' });
});

test('in the chunks of Turbopack: the error names the setting', async () => {
  const config = documentedFile('next.config.mjs');
  write('next.config.mjs', config.replace(/ *serverExternalPackages.*\n/, ''));
  const { status, errors } = await answer(await build());
  expect(status).toBe(500);
  expect(errors).toMatch(/ProcessPool-1 is broken: no worker can be started: .*manycore was bundled into file:/);
  expect(errors).toContain("Mark it external (next.config: serverExternalPackages: ['manycore'])");
});
