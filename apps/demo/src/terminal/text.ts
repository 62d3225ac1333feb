import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Style } from './style.js';

/** Text in lines of at most that width; words that are longer are cut. Spaces stay as they are. */
export function wrapped(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(8, width), { hard: true, trim: false }).split('\n');
}

/** Prose within the width, behind `first`, its further lines behind as many spaces. */
export function paragraph(first: string, text: string, width: number): string[] {
  const hang = stringWidth(first);
  const lines = wrapAnsi(text, Math.max(8, width - hang), { hard: true }).split('\n');
  return lines.map((line, index) => `${index === 0 ? first : ' '.repeat(hang)}${line}`);
}

/** The text, and spaces up to the width. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** As much of the text as fits into the width. */
export function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = '';
  for (const character of text) {
    if (stringWidth(short + character) > width - 1) break;
    short += character;
  }
  return `${short}…`;
}

export function widestOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}

export function mark(good: boolean, style: Style): string {
  return good ? style.good('✔') : style.bad('✘');
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
