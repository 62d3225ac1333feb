import fc from 'fast-check';

const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
/** Also halves of surrogate pairs. */
const text = fc.oneof(fc.string(), fc.string({ unit: codeUnit }));

/** What the structured clone takes, in all its oddities. */
const anything = fc.anything({
  key: fc.oneof(text, fc.constantFrom('__proto__', 'toJSON', 'constructor', '0', '')),
  values: [
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(undefined, null, -0, NaN, Infinity, -Infinity, 1e21, 5e-324),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
  ],
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  maxDepth: 4,
});

/** Values that are a pure function of the seed. */
export function randomValues(seed: number, count: number): unknown[] {
  return fc.sample(anything, { seed, numRuns: count });
}
