// `npm run check`: the gates, two at a time, or `--one-at-a-time`. `npm run check -- lint imports` runs only those.
import { runTool } from './command.js';

interface Gate {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
}

/** The slowest first, so that the others run beside it. */
const gates: readonly Gate[] = [
  { name: 'lint', tool: 'eslint', args: ['.', '--max-warnings=0'] },
  { name: 'packages', tool: 'tsx', args: ['scripts/gates/packages.ts'] },
  { name: 'types', tool: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'imports', tool: 'depcruise', args: ['packages', 'apps', 'scripts', 'test'] },
  { name: 'unused', tool: 'knip', args: ['--no-config-hints'] },
  { name: 'api', tool: 'tsx', args: ['scripts/gates/api.ts'] },
  { name: 'size', tool: 'size-limit', args: [] },
  { name: 'layers', tool: 'tsx', args: ['scripts/gates/layers.ts'] },
  { name: 'umbrella', tool: 'tsx', args: ['scripts/gates/umbrella.ts'] },
];

const args = process.argv.slice(2);

/** As many as the smallest machine has cores: more would only make each of them slower. One beside the tests. */
const concurrency = args.includes('--one-at-a-time') ? 1 : 2;

const chosen = chooseGates(args.filter((arg) => !arg.startsWith('--')));
const queue = chosen.values();
const failed: string[] = [];

// Both take from the same iterator, so each gate is run by one of them.
await Promise.all(Array.from({ length: concurrency }, () => runGates(queue)));

if (failed.length > 0) {
  console.error(`✗ ${failed.length} of ${chosen.length} gates failed: ${failed.join(', ')}`);
  console.error(`  again, with only those: npm run check -- ${failed.join(' ')}`);
  process.exitCode = 1;
}

async function runGates(from: Iterable<Gate>): Promise<void> {
  for (const { name, tool, args } of from) {
    const begin = performance.now();
    const { exitCode, output } = await runTool(tool, args);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    if (exitCode === 0) {
      console.error(`✓ ${name} (${seconds} s)`);
    } else {
      failed.push(name);
      console.error(`✗ ${name} (${seconds} s): ${tool} ${args.join(' ')}\n${output.trimEnd()}\n`);
    }
  }
}

function chooseGates(names: readonly string[]): readonly Gate[] {
  const unknown = names.filter((name) => !gates.some((gate) => gate.name === name));
  if (unknown.length > 0) {
    const known = gates.map(({ name }) => name).join(', ');
    console.error(`no gate is called ${unknown.join(' or ')}; there are ${known}`);
    process.exit(2);
  }
  return names.length === 0 ? gates : gates.filter(({ name }) => names.includes(name));
}
