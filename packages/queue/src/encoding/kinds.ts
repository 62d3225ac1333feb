/**
 * How the bytes of a message stand for its value. Part of the memory that different processes share: a
 * number keeps its meaning.
 */
export const Kind = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** One float64 in the memory's own byte order. */
  number: 4,
  /** A string: ASCII, one byte a character. */
  asciiText: 5,
  /** A string with no lone surrogates. */
  utf8Text: 6,
  /** Any string. */
  utf16Text: 7,
  /** A value that JSON carries exactly; the text is ASCII. */
  asciiJson: 8,
  utf8Json: 9,
  /** A value in the engine's own format, packed by core. */
  structured: 10,
  /** The same, and what it shares goes beside the queue: see exchange/. */
  sharing: 11,
  /** A small plain object. See record.ts. */
  record: 12,
  /** This and higher ones: the bytes of a view or buffer. See views.ts. */
  firstView: 16,
} as const;
