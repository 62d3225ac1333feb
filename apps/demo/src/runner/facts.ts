import { writeSync } from 'node:fs';

const variable = 'MANYCORE_DEMO_FACTS';

/** The descriptor on which an example hands its facts to the runner that started it. */
export const factsDescriptor = 3;

/** The environment variable that makes an example hand its facts on. */
export const factsVariable: Record<string, string> = { [variable]: String(factsDescriptor) };

/** Hands the facts to the runner, if a runner started this program. */
export function sendFacts(facts: unknown): void {
  if (process.env[variable] === undefined || facts === undefined) return;
  writeSync(factsDescriptor, JSON.stringify(facts));
}
