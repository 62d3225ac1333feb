// The workflows are run elsewhere: here is checked what they name.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../scripts/command.js';

const folder = join(root, '.github', 'workflows');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

test.each(readdirSync(folder))('%s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  // A tag can be moved to other code.
  for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
    expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
  }
  for (const [, script = ''] of text.matchAll(/npm run (?:--silent )?([\w-]+)/g)) {
    expect(scripts).toHaveProperty(script);
  }
  const jobs = [...text.matchAll(/^ {4}runs-on: /gm)].length;
  expect(jobs).toBeGreaterThan(0);
  expect([...text.matchAll(/^ {4}timeout-minutes: \d+$/gm)]).toHaveLength(jobs);
  expect(text).toMatch(/^permissions:\n {2}contents: (?:read|write)$/m);
});
