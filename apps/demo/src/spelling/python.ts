/** What Python's `print` can be asked to show here: a list is an array, a number an int. */
export type PythonValue = boolean | number | string | null | readonly PythonValue[];

/** Python's spelling of a value inside a list: `True`, `None`, `12`, `'text'`, `[1, 'a']`. */
export function python(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value);
  return `[${value.map(python).join(', ')}]`;
}

/** Python's spelling of a tuple: `(0, 'x')`, and `(0,)` for a single element. */
export function pythonTuple(values: readonly PythonValue[]): string {
  return values.length === 1
    ? `(${values.map(python).join()},)`
    : `(${values.map(python).join(', ')})`;
}

/** Python's spelling of a float: `1.0`, where JavaScript says `1`. */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}
