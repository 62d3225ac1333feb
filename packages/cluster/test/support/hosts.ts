import { fileURLToPath } from 'node:url';
import { Program } from '@manycore/testing';

const command = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const tasksModule: string = fileURLToPath(new URL('../fixtures/tasks.mjs', import.meta.url));

export interface HostOptions {
  readonly url: string;
  readonly lease: number;
  readonly module?: string;
  /** More arguments of the command; by default two threads. */
  readonly args?: readonly string[];
  /** Options of Node. */
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A worker host, started by the command that users start it by. Resolves when it takes tasks. */
export async function startHost({
  url,
  lease,
  module = tasksModule,
  args = ['--threads', '2'],
  execArgv = [],
  env = {},
}: HostOptions): Promise<Program> {
  const host = new Program(command, {
    args: [module, '--connection', url, '--lease', String(lease), ...args],
    execArgv,
    env,
    // It is ended by the test.
    timeout: 600_000,
  });
  await host.line(/^ready$/);
  return host;
}

/** Two hosts that serve the tasks of the fixtures. */
export function startHosts(options: HostOptions): Promise<Program[]> {
  return Promise.all([startHost(options), startHost(options)]);
}
