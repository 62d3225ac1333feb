// Runs the benchmarks one after the other, each in a process of its own: all, or those whose names
// begin with one of the arguments.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { programs } from './programs.js';

const wanted = process.argv.slice(2);
const chosen = programs.filter(
  (name) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)),
);
if (chosen.length === 0) {
  console.error(`no such benchmark; there are: ${programs.join(', ')}`);
  process.exitCode = 1;
}
for (const name of chosen) {
  console.log(`\n${name}`);
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, [program], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
