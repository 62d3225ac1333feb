import type { ExpectedLine } from './expectation.js';

const placeholderName = /\{(\w+)\}/;

/** The line as the report shows it: each placeholder by what may stand there. */
export function shownText(line: ExpectedLine): string {
  return splitAtPlaceholders(line)
    .map((piece) => (piece.placeholder ? piece.placeholder.shown : piece.text))
    .join('');
}

/** The captured texts by placeholder, when `printed` is such a line; undefined when it is not. */
export function matchLine(line: ExpectedLine, printed: string): Map<string, string> | undefined {
  const pieces = splitAtPlaceholders(line);
  const source = pieces
    .map((piece) => (piece.placeholder ? `(${piece.placeholder.form})` : escapeRegExp(piece.text)))
    .join('');
  const match = new RegExp(`^${source}$`, 'u').exec(printed);
  if (!match) return undefined;
  const captured = new Map<string, string>();
  let group = 0;
  for (const { text: name, placeholder } of pieces) {
    if (!placeholder) continue;
    const value = match[(group += 1)] ?? '';
    if (placeholder.accepts && !placeholder.accepts(value)) return undefined;
    captured.set(name, value);
  }
  return captured;
}

/** The line in pieces: literal text, or a placeholder under its name. */
function splitAtPlaceholders(line: ExpectedLine) {
  // A capturing group makes split return the names at the odd places.
  return line.text.split(placeholderName).map((text, index) => ({
    text: index % 2 === 1 && !line.placeholders[text] ? `{${text}}` : text,
    placeholder: index % 2 === 1 ? line.placeholders[text] : undefined,
  }));
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
