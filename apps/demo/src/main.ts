import { type Entry, loadCatalogue } from './catalogue/catalogue.js';
import { select } from './catalogue/select.js';
import { readArguments } from './command-line.js';
import { listing } from './report/listing.js';
import { styleFor } from './report/style.js';
import { runAll } from './run-all.js';
import { defaultScale } from './time/scale.js';

process.exitCode = await main();

/** Lists or runs what was asked for. Returns the exit code: 0 when all passed, 1, or 2 for wrong usage. */
async function main(): Promise<number> {
  const request = readArguments(process.argv.slice(2));
  const catalogue = await loadCatalogue(new URL('examples/', import.meta.url));
  let entries: readonly Entry[];
  try {
    entries = select(catalogue, request.numbers, request.topics);
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  if (request.list) {
    process.stdout.write(`${listing(entries, styleFor(process.stdout))}\n`);
    return 0;
  }
  return (await runAll(entries, request.realTime ? 1 : defaultScale)) ? 0 : 1;
}
