/** How error messages name a function. */
export function functionLabel(name: string): string {
  return name === '' ? 'an anonymous function' : `\`${name}\``;
}

/** Whether a function's text is that of a method: `scale(x) { … }`, in a class or an object. */
export function isMethodText(source: string): boolean {
  return !/^(?:async\s+)?(?:function\b|class\b)/.test(source) && !isArrowText(source);
}

export function isArrowText(source: string): boolean {
  return /^(?:async\b\s*)?(?:\(|[\w$]+\s*=>)/.test(source);
}

/** The beginning of a function's text, on one line. */
export function excerptOf(source: string): string {
  const line = source.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
