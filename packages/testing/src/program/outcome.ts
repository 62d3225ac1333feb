/** How a fixture program ended and what it wrote. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of `stdout`, without the empty one after the last line break. */
  readonly lines: readonly string[];
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** The warnings that Node printed on `stderr`. */
  readonly warnings: readonly string[];
}

/** A fixture program that did not end well by the runner's rules; what it wrote is in `outcome`. */
export class ProgramError extends Error {
  override readonly name: string = 'ProgramError';
  readonly outcome: Outcome;

  constructor(complaint: string, outcome: Outcome) {
    super(`${complaint}\n${transcript(outcome)}`);
    this.outcome = outcome;
  }
}

export function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Node's own form: `(node:1234) [DEP0001] DeprecationWarning: …`. */
export function findWarnings(stderr: string): string[] {
  return splitLines(stderr).filter((line) => /^\(node:\d+\) (\[\w+\] )?\w*Warning: /.test(line));
}

function transcript({ stdout, stderr }: Outcome): string {
  return [...label('stdout', stdout), ...label('stderr', stderr)].join('\n');
}

function label(stream: string, text: string): string[] {
  const lines = splitLines(text);
  return lines.length === 0 ? [`${stream}: nothing`] : lines.map((line) => `${stream}: ${line}`);
}
