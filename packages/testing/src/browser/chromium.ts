import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
];

/** Switches for a container: no sandbox for root, and nothing that asks the network. */
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is; it is installed where that is possible. Undefined, with a printed reason, otherwise. */
export function findChromium(): string | undefined {
  const found = search() ?? (install() ? search() : undefined);
  if (found === undefined) {
    console.warn('Pages are not tested: there is no Chromium, and it cannot be installed here.');
  }
  return found;
}

/** Starts it without a window. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: switches });
}

function search(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...candidates, ...elsewhere].find((file) => existsSync(file));
}

/** As .ci/run does: with Debian's packages, as root. */
function install(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const get = (...args: string[]): boolean =>
    spawnSync('apt-get', args, {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return get('update') && get('install', '-y', '--no-install-recommends', 'chromium');
}
