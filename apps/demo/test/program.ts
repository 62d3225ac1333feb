import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const demo: string = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo, or another program of that kind, and resolves when it has ended. */
export function run(
  args: readonly string[],
  { program = demo, env = {} }: { program?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, ...env }, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
