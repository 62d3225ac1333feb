import { expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue/catalogue.js';
import { batchesOf } from '../src/runner/run-catalogue.js';

const catalogue = await loadCatalogue(new URL('../dist/examples/', import.meta.url));
const numbers = batchesOf(catalogue).map((batch) => batch.map(({ number }) => number));

test('examples that measure run alone, the others overlap with their neighbours', () => {
  expect(numbers.flat()).toEqual(catalogue.map(({ number }) => number));
  for (const number of [6, 22, 23, 29, 42, 43, 44, 56]) expect(numbers).toContainEqual([number]);
  expect(numbers).toContainEqual([45, 46, 47, 48, 49, 50, 51]);
});
