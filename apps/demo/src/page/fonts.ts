import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Font {
  readonly family: string;
  readonly weight: string;
  readonly url: string;
}

const fonts: readonly Font[] = [
  {
    family: 'Inter Variable',
    weight: '100 900',
    url: import.meta.resolve(
      '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
    ),
  },
  {
    family: 'JetBrains Mono',
    weight: '400',
    url: import.meta.resolve(
      '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2',
    ),
  },
];

/** The fonts as part of the page: it looks, and its pictures fit, the same everywhere and offline. */
export function fontFaces(): string {
  return fonts
    .map(({ family, weight, url }) => {
      const data = readFileSync(fileURLToPath(url)).toString('base64');
      return (
        `@font-face{font-family:'${family}';font-weight:${weight};font-display:block;` +
        `src:url(data:font/woff2;base64,${data}) format('woff2')}`
      );
    })
    .join('\n');
}
