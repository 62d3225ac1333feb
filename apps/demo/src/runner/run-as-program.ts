import type { Example } from '../catalogue/example.js';
import { scaleVariable } from '../time/scale.js';
import { sendFacts } from './channel.js';

/** Runs an example as the program that it is: `node dist/examples/23-race-condition.js [--real-time]`. */
export async function runAsProgram<F>(example: Example<F>): Promise<void> {
  if (process.argv.includes('--real-time')) Object.assign(process.env, scaleVariable(1));
  const reason = example.whyNot?.();
  if (reason !== undefined) console.log(`skipped: ${reason}`);
  else sendFacts(await example.main());
}
