import type { ComparisonResult, Machine, Missing, Row, TargetResult } from '../harness/results.js';

/** Four significant digits at most. */
export function figureText(value: number): string {
  const digits = Math.abs(value) >= 1000 ? 0 : undefined;
  return digits === 0
    ? Number(value.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 0 })
    : value.toLocaleString('en', { maximumSignificantDigits: 4 });
}

export function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${ratio.toPrecision(3)} ×`;
}

export function spreadText({ figures, spread }: Row): string {
  return figures.length < 2 ? '' : `${spread.toFixed(spread < 10 ? 1 : 0)} %`;
}

/** Why there is no row, in a line. */
export function missingText({ name, failed, reason }: Missing): string {
  return `${name} ${failed ? 'failed' : 'is left out'}: ${reason.split('\n', 1)[0] ?? ''}`;
}

export function unitText({ unit, better, rounds }: ComparisonResult): string {
  return `${unit}, ${better} is better, median of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
}

export function targetText({ text, reached, holds }: TargetResult): string {
  if (reached === undefined) return `not measured: ${text}`;
  return `${holds === true ? 'reached' : 'MISSED'}: ${text} (it is ${figureText(reached)})`;
}

export function machineText(machine: Machine): string {
  const { cpu, cores, memoryGiB, platform, node, python, date, loadBefore, loadAfter } = machine;
  return (
    `Node ${node}${python === null ? '' : `, CPython ${python}`}, ${cores} cores of ${cpu}, ` +
    `${memoryGiB} GiB, ${platform}, ${date.slice(0, 10)}; ` +
    `load ${loadBefore} before and ${loadAfter} after the run`
  );
}

export function versionsText({ peers }: Machine): string {
  return Object.entries(peers)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
