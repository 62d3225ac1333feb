export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Text as it stands in HTML and SVG. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** An element of HTML or SVG; its children are markup already. Attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    if (value === undefined || value === false) return '';
    if (value === true) return ` ${key}`;
    const text = typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
    return ` ${key}="${escapeText(text)}"`;
  });
  return `<${name}${written.join('')}>${children.join('')}</${name}>`;
}

/** An SVG image of that size in pixels. The text inside is not enlarged or made smaller with it. */
export function svg(
  width: number,
  height: number,
  attributes: Attributes,
  ...children: string[]
): string {
  return element(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true', ...attributes },
    ...children,
  );
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(text));
}

/** Sentences as they stand in HTML: a number such as `10 000` is not broken between two lines. */
export function prose(text: string): string {
  return escapeText(text.replaceAll(/(?<=\d) (?=\d{3}\b|s\b|ms\b|%)/g, '\u00a0'));
}
