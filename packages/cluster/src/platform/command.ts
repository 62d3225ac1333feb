import { resolve } from 'node:path';
import process, { argv, exit, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { describeError } from '@manycore/pool/internal';
import type { ServeOptions } from '../options/serve-options.js';
import { serve } from '../serve.js';

const usage = `Usage: manycore-worker MODULE… --connection redis://HOST:PORT [options]

Runs the tasks of a queue: the functions that the modules register with tasks(import.meta.url, { … }).
Prints "ready" when it takes tasks. SIGTERM and SIGINT end it when the tasks that run are done; a second one
ends it at once.

  --connection URL    where Redis is: redis:// or rediss://; default: the variable REDIS_URL
  --queue NAME        pools and worker hosts of the same queue belong together; default manycore
  --threads N         so many tasks at a time, in threads; default: the number of processors
  --processes N       so many tasks at a time, in processes
  --lease MS          how long a host may be silent until it counts as dead; default 10000
  --version-of-tasks V  takes the calls of this version only; default: those without one
  --grace MS          how long an aborted task may take to end; default 200
  --max-payload BYTES the largest result; default 5242880
  --health PORT       serves GET /health there
  --help              prints this
`;

const options = {
  connection: { type: 'string' },
  queue: { type: 'string' },
  threads: { type: 'string' },
  processes: { type: 'string' },
  lease: { type: 'string' },
  'version-of-tasks': { type: 'string' },
  grace: { type: 'string' },
  'max-payload': { type: 'string' },
  health: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The command `manycore-worker`. */
export async function runCommand(): Promise<void> {
  try {
    const { values, positionals } = parseArgs({ args: argv.slice(2), options, allowPositionals: true });
    if (values.help === true) {
      stdout.write(usage);
      return;
    }
    const host = await serve(serveOptions(values, positionals));
    let signals = 0;
    const end = (): void => {
      signals += 1;
      const ended = signals === 1 ? host.close() : host.terminate();
      // A handle that a task's module left open must not keep a host that has ended.
      void ended.finally(() => exit(0));
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    stdout.write('ready\n');
  } catch (error) {
    stderr.write(`manycore-worker: ${describeError(error)}\n`);
    exit(1);
  }
}

/** A path of Windows begins with the one letter of a drive. */
function isUrl(module: string): boolean {
  return /^[a-z][a-z\d+.-]+:/i.test(module) && URL.canParse(module);
}

type Values = Partial<Record<keyof typeof options, string | boolean | undefined>>;

function serveOptions(values: Values, modules: readonly string[]): ServeOptions {
  const connection = values.connection ?? process.env['REDIS_URL'];
  if (modules.length === 0) throw new TypeError('name at least one module; see --help');
  if (typeof connection !== 'string') throw new TypeError('--connection is missing; see --help');
  return {
    modules: modules.map((module) => (isUrl(module) ? module : pathToFileURL(resolve(module)).href)),
    connection,
    queue: values.queue as string | undefined,
    threads: numberOf('threads', values.threads),
    processes: numberOf('processes', values.processes),
    lease: numberOf('lease', values.lease),
    version: values['version-of-tasks'] as string | undefined,
    graceTime: numberOf('grace', values.grace),
    maxPayload: numberOf('max-payload', values['max-payload']),
    healthPort: numberOf('health', values.health),
  };
}

function numberOf(name: string, value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value === '' || Number.isNaN(number)) throw new TypeError(`--${name} must be a number, not ${String(value)}`);
  return number;
}
