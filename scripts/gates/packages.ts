// Gate: what would be published is what its users' tools understand. Packs every package, then
// asks publint (the manifest and the files it names) and attw (types as each resolver finds them).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../command.js';
import { packPackages } from '../published-packages.js';

const folder = await mkdtemp(join(tmpdir(), 'manycore-pack-'));
try {
  for (const [name, tarball] of await packPackages(folder)) {
    const results = [
      await runTool('publint', ['--strict', tarball]),
      // ES modules only: a CommonJS user imports them dynamically, or by require() from Node 22.
      await runTool('attw', ['--profile', 'esm-only', '--no-emoji', tarball]),
    ];
    for (const { exitCode, output } of results) {
      if (exitCode === 0) continue;
      console.error(`${name}\n${output}`);
      process.exitCode = 1;
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
