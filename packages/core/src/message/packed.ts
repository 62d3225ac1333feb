/**
 * A value on its way. `value` is what the structured clone carries. Where it held handles or errors,
 * empty objects stand in their places ("slots"), and `parts` says what each slot stands for: a clone
 * keeps the identity of objects within one message, so a slot cannot be mistaken for a value.
 */
export type Packed =
  | readonly [value: unknown, parts?: readonly Part[]]
  /** A value that is nested too deep for some receivers, as bytes. */
  | readonly [packed: Uint8Array, parts: readonly [], deep: true];

export type Part = HandlePart | ErrorPart | DomExceptionPart;

export interface HandlePart {
  readonly kind: 'handle';
  readonly slot: object;
  /** The name under which the class was registered, and the module that registers it. */
  readonly name: string;
  readonly module: string;
  readonly state: unknown;
}

export interface ErrorPart {
  readonly kind: 'error';
  readonly slot: object;
  /** The class: its module's URL, where that is known; `registered` when it is found by its name alone. */
  readonly module: string | undefined;
  readonly registered: boolean;
  readonly className: string;
  /** The nearest built-in class, used where the class cannot be had. */
  readonly base: string;
  readonly name: string;
  /** Own properties that are not enumerable: message, stack, cause, errors, as far as they exist. */
  readonly hidden: Readonly<Record<string, unknown>>;
  /** Own enumerable properties: code, errno, … */
  readonly visible: Readonly<Record<string, unknown>>;
}

export interface DomExceptionPart {
  readonly kind: 'domException';
  readonly slot: object;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: readonly [unknown] | undefined;
}
