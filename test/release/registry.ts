import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publication, withDependencies } from './installed-packages.js';

/** A registry on loopback, and an npm that knows no other. */
export class Registry {
  /** For the commands that shall use it: npm's configuration, a home and a cache of their own. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
  /** Ends with a slash. */
  readonly #url: string;

  private constructor(
    url: string,
    env: Readonly<Record<string, string>>,
    close: () => Promise<void>,
  ) {
    this.#url = url;
    this.env = env;
    this.close = close;
  }

  /** Starts one that keeps what it has in `folder`. */
  static async start(folder: string): Promise<Registry> {
    mkdirSync(folder, { recursive: true });
    const program = fileURLToPath(new URL('registry-server.mjs', import.meta.url));
    const server = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exit = once(server, 'exit');
    const [port] = (await Promise.race([
      once(createInterface(server.stdout), 'line'),
      exit.then(([code]) => Promise.reject(new Error(`the registry ended with ${String(code)}`))),
    ])) as [string];
    // npm asks for a token before it publishes; this registry takes any.
    const userconfig = join(folder, '.npmrc');
    const url = `http://127.0.0.1:${port}/`;
    writeFileSync(userconfig, `registry=${url}\n${url.replace('http:', '')}:_authToken=any\n`);
    const env = {
      HOME: folder,
      NPM_CONFIG_USERCONFIG: userconfig,
      npm_config_registry: url,
      // pnpm reads only its own variables, and the address that .npmrc has.
      PNPM_CONFIG_REGISTRY: url,
      npm_config_yes: 'true',
      npm_config_cache: join(folder, 'cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    };
    return new Registry(url, env, async () => {
      server.stdin.end();
      await exit;
    });
  }

  /** Publishes a package of others that is installed here, and what it depends on. */
  async offer(name: string, from: string): Promise<void> {
    for (const each of withDependencies(name, from)) {
      const { ok, status } = await fetch(this.#url + each.name.replace('/', '%2f'), {
        method: 'PUT',
        headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
        body: JSON.stringify(publication(each, this.#url)),
      });
      // 409: it has that version already.
      if (!ok && status !== 409) throw new Error(`${each.name}@${each.version}: ${status}`);
    }
  }

  /** Runs a command in a folder, as its user would: gives what it prints, and throws that if it fails. */
  async run(command: string, args: readonly string[], cwd: string): Promise<string> {
    const options = {
      cwd,
      env: { ...environment(), ...this.env },
      maxBuffer: 1 << 24,
      shell: process.platform === 'win32',
    };
    try {
      const { stdout, stderr } = await promisify(execFile)(command, args, options);
      return stdout + stderr;
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
    }
  }
}

/** Without what npm and pnpm hand to the scripts that they run, which would stand above the registry's. */
function environment(): Record<string, string | undefined> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => !/^p?npm_/i.test(name)));
}
