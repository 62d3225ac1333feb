import Table from 'cli-table3';
import { type Contender, type Medians, mediansOf } from './comparison.js';

/** One thing to measure: ours beside what else there is. */
export interface Section {
  readonly title: string;
  /** What the figures are; of `µs`, fewer are better. */
  readonly unit: 'messages/s' | 'µs';
  readonly ours: readonly Contender[];
  readonly peers: readonly Contender[];
  /** How many times as good as some of the peers ours has to be. */
  readonly needed: Readonly<Record<string, number>>;
}

const rounds = 9;

/** A requirement, and how ours does. */
interface Verdict {
  readonly text: string;
  readonly holds: boolean;
}

/** Measures everything, and prints one table, and for each requirement whether it holds. */
export async function report(sections: readonly Section[]): Promise<void> {
  const table = new Table({
    head: ['', '', 'figure', 'unit', 'ours, blocking, is', 'ours, async, is'],
    colAligns: ['left', 'left', 'right', 'left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  const verdicts: Verdict[] = [];
  for (const section of sections) {
    const medians = await mediansOf([...section.ours, ...section.peers], rounds);
    for (const [name, figure] of medians) {
      const ratios = section.ours.map((our) => {
        return our.name === name ? '' : `${timesAsGood(section, medians, our.name, name).toFixed(2)} ×`;
      });
      table.push([section.title, name, format(figure), section.unit, ...ratios]);
    }
    verdicts.push(...verdictsOf(section, medians));
  }
  console.log(table.toString());
  for (const { text, holds } of verdicts) console.log(`${holds ? 'holds' : 'MISSED'}  ${text}`);
}

function verdictsOf(section: Section, medians: Medians): Verdict[] {
  return Object.entries(section.needed).flatMap(([peer, times]) => {
    // CPython may not be there.
    if (!medians.has(peer)) return [];
    return section.ours.map(({ name }) => {
      const ratio = timesAsGood(section, medians, name, peer);
      const text = `${section.title}: ${name} is ${ratio.toFixed(2)} × ${peer} (needed: ${times} ×)`;
      return { text, holds: ratio >= times };
    });
  });
}

function timesAsGood({ unit }: Section, medians: Medians, our: string, peer: string): number {
  const [ours, theirs] = [medians.get(our) ?? NaN, medians.get(peer) ?? NaN];
  return unit === 'µs' ? theirs / ours : ours / theirs;
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}
