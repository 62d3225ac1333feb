const variable = 'MANYCORE_DEMO_SCALE';

/** The length of a demo second when nothing else is asked for. */
export const defaultScale = 0.2;

/**
 * How long a second of the examples lasts, in seconds. The environment carries it, so that it reaches
 * the threads and processes that an example starts.
 */
export function timeScale(): number {
  return Number(process.env[variable] ?? defaultScale);
}

/** The environment variable that makes a program run at that scale. */
export function scaleVariable(scale: number): Record<string, string> {
  return { [variable]: String(scale) };
}
