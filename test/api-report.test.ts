// The gate `api`: what a package's report shows, and what it refuses.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { apiReport } from '../scripts/api-report.js';

const folder = mkdtempSync(join(tmpdir(), 'manycore-api-'));
afterAll(() => rmSync(folder, { recursive: true }));

function reportOf(name: string, declarations: string): ReturnType<typeof apiReport> {
  const package_ = join(folder, name);
  mkdirSync(join(package_, 'dist'), { recursive: true });
  writeFileSync(
    join(package_, 'package.json'),
    JSON.stringify({ name: `@manycore/${name}`, version: '0.0.0', type: 'module' }),
  );
  writeFileSync(join(package_, 'dist', 'index.d.ts'), declarations);
  return apiReport(package_, join(folder, 'reports'));
}

test('it shows each exported declaration, sorted by name', () => {
  const { file, text, complaints } = reportOf(
    'plain',
    `/** Times. */
declare function times(n: number): number;
/** A pair. */
interface Pair { readonly a: number }
export { times, type Pair };
`,
  );
  expect(file).toBe('plain.api.md');
  expect(complaints).toEqual([]);
  expect(text).toContain('npm run api');
  expect(text.indexOf('export interface Pair')).toBeGreaterThan(0);
  expect(text.indexOf('export function times(n: number): number;')).toBeGreaterThan(
    text.indexOf('export interface Pair'),
  );
});

test('a type that is mentioned and not exported is refused', () => {
  const { complaints } = reportOf(
    'forgotten',
    `interface Secret { readonly a: number }
declare function reveal(): Secret;
export { reveal };
`,
  );
  expect(complaints).toEqual([expect.stringMatching(/index\.d\.ts:2: .*"Secret" needs to be exported/)]);
});

test('a type of an internal entry is refused', () => {
  const { complaints } = reportOf(
    'leak',
    `import { Endpoint } from '@manycore/core/internal';
declare function open(): Endpoint;
export { open };
`,
  );
  expect(complaints).toContainEqual(
    'a public declaration mentions Endpoint of @manycore/core/internal, which is not public',
  );
});
