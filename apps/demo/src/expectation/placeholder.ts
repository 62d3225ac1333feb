/** What may stand in the place of a placeholder of an expected line. */
export interface Placeholder {
  /** What the report shows in its place. */
  readonly shown: string;
  /** The source of a regular expression, without groups. */
  readonly form: string;
  /** Whether text of that form will do; left out, any will. */
  readonly accepts?: (text: string) => boolean;
}

/** A whole number, such as a process id. */
export const integer: Placeholder = { shown: 'N', form: String.raw`-?\d+` };

/** A whole number from `from` up to `to`. */
export function integerBetween(from: number, to: number): Placeholder {
  return {
    shown: to === Infinity ? `N ≥ ${from}` : `${from}…${to}`,
    form: String.raw`-?\d+`,
    accepts: (text) => Number(text) >= from && Number(text) <= to,
  };
}

/** A number that is `least` or more. Times have a lower bound only: a busy machine is no error. */
export function atLeast(least: number): Placeholder {
  const shown = String(Math.round(least * 1000) / 1000);
  return {
    shown: `≥ ${shown}`,
    form: String.raw`\d+(?:\.\d+)?`,
    accepts: (text) => Number(text) >= least,
  };
}

/** Any number, with or without a fraction. */
export const number: Placeholder = { shown: 'N', form: String.raw`-?\d+(?:\.\d+)?(?:e-?\d+)?` };

/** Text of the given form; `shown` says which in a word. */
export function textLike(form: RegExp, shown: string): Placeholder {
  return { shown, form: form.source };
}

/** The same in a field of fixed width: spaces may come before and after it. */
export function padded(placeholder: Placeholder): Placeholder {
  return { ...placeholder, form: ` *(?:${placeholder.form}) *` };
}
