// Docker need not be there: what can be wrong without it is checked here.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@manycore/testing';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (name: string): Promise<string> => readFile(new URL(`../${name}`, import.meta.url), 'utf8');

test('the compose file has Redis, which keeps what it confirms, and two worker hosts', async () => {
  const { services, volumes } = parse(await read('compose.yaml')) as {
    services: Record<string, Record<string, unknown>>;
    volumes: object;
  };
  expect(Object.keys(services)).toEqual(['redis', 'worker']);
  expect(services['redis']).toMatchObject({ command: expect.arrayContaining(['always']) as unknown });
  expect(services['worker']).toMatchObject({
    build: { dockerfile: 'node_modules/@manycore/cluster/Dockerfile' },
    deploy: { replicas: 2 },
    depends_on: { redis: { condition: 'service_healthy' } },
  });
  expect(volumes).toHaveProperty('redis-data');
});

test('the Dockerfile copies, installs and starts what the package has', async () => {
  const text = await read('Dockerfile');
  const instructions = text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/)[0]);
  expect(instructions[0]).toBe('FROM');
  expect(instructions.at(-1)).toBe('CMD');
  const known = ['FROM', 'ENV', 'WORKDIR', 'COPY', 'RUN', 'ARG', 'USER', 'HEALTHCHECK', 'CMD'];
  for (const instruction of instructions) expect(known).toContain(instruction);
  const manifest = JSON.parse(await read('package.json')) as { bin: Record<string, string>; files: string[] };
  expect(text).toContain(`node_modules/@manycore/cluster/${manifest.bin['manycore-worker']?.slice(2)}`);
  expect(manifest.files).toEqual(expect.arrayContaining(['Dockerfile', 'compose.yaml']));
});

test('the command names what is wrong with its arguments', async () => {
  const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const run = (...args: string[]): ReturnType<typeof runProgram> =>
    runProgram(command, { args, env: { REDIS_URL: undefined } });
  const help = await run('--help');
  expect(help.stdout).toContain('--connection URL');
  expect(help.exitCode).toBe(0);
  for (const [args, complaint] of [
    [[], 'name at least one module'],
    [['x.js'], '--connection is missing'],
    [['x.js', '--connection', 'http://x'], 'connection must be a redis:// or rediss:// URL'],
    [['x.js', '--connection', 'redis://x', '--threads', 'many'], '--threads must be a number'],
    [['x.js', '--connection', 'redis://x', '--threads', '1', '--processes', '1'], 'threads or processes, not both'],
    [['x.js', '--connection', 'redis://x', '--unknown'], "Unknown option '--unknown'"],
    [['./none.js', '--connection', 'redis://x'], 'Cannot find module'],
  ] as const) {
    const { stderr, exitCode } = await run(...args);
    expect(stderr).toContain(complaint);
    expect(exitCode).toBe(1);
  }
});
