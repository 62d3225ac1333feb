// A fresh process: how long the import of a package takes, and the first result of a new pool. Arguments: the
// package, and the name of the contestant.
export interface FirstFigures {
  readonly imported: number;
  readonly first: number;
}

const [packageName = '', name = ''] = process.argv.slice(2);
const begin = performance.now();
await import(packageName);
const imported = performance.now() - begin;

const { processContestants, threadContestants } = await import('../contestants/all.js');
const { onDemand } = await import('../contestants/ours.js');
const contestants = [...threadContestants, ...processContestants, ...onDemand];
const contestant = contestants.find((each) => each.name === name);
if (!contestant) throw new Error(`no contestant ${name}`);
// The pool ends with this process.
const ignore = (): void => undefined;
const start = performance.now();
const calls = await contestant.open({ afterComparison: ignore, afterProgram: ignore });
if ((await calls.call('square', 3)) !== 9) throw new Error('not the square');
const figures: FirstFigures = { imported, first: performance.now() - start };
process.stdout.write(JSON.stringify(figures), () => process.exit());
