import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Each system's program that opens a file with what the user has chosen for it. */
const openers: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Shows the file in the user's browser. @throws Error when the system has no program that could. */
export async function openInBrowser(file: string): Promise<void> {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, file], { stdio: 'ignore', detached: true });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new Error(`${command} could not be started to open ${file}: open it in a browser`, {
      cause: error,
    });
  }
  child.unref();
}
