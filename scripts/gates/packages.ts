// Gate: what would be published is what its users' tools understand. Packs every package, then
// asks publint (the manifest and the files it names) and attw (types as each resolver finds them), and looks at
// what a registry shows of it.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runTool } from '../command.js';
import { packedComplaints } from '../packed-complaints.js';
import { type Manifest, packPackages } from '../published-packages.js';

const folder = await mkdtemp(join(tmpdir(), 'manycore-pack-'));
try {
  for (const [name, tarball] of await packPackages(folder)) {
    const results = [
      await runTool('publint', ['--strict', tarball]),
      // TypeScript 5's `node10` sees only the main entry, by `types`. The entries that our packages have for
      // each other are ES modules alone.
      await runTool('attw', [
        '--profile=node16',
        '--ignore-rules=cjs-resolves-to-esm',
        '--no-emoji',
        tarball,
      ]),
    ];
    for (const complaint of complaintsAbout(tarball)) {
      console.error(`${name}: ${complaint}`);
      process.exitCode = 1;
    }
    for (const { exitCode, output } of results) {
      if (exitCode === 0) continue;
      console.error(`${name}\n${output}`);
      process.exitCode = 1;
    }
  }
} finally {
  await rm(folder, { recursive: true });
}

function complaintsAbout(tarball: string): string[] {
  const read = (file: string): string =>
    execFileSync('tar', ['-xOf', tarball, `package/${file}`], { encoding: 'utf8' });
  const manifest = JSON.parse(read('package.json')) as Manifest;
  const directory = `packages/${basename(manifest.name)}`;
  return packedComplaints({ directory, manifest, readme: read('README.md') });
}
