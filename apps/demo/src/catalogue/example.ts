import type { Claim } from '../expectation/claim.js';
import type { Expectation } from '../expectation/expectation.js';
import type { Figure } from '../figures/figure.js';
import type { Recording } from '../recording/recording.js';
import type { Topic } from './section.js';

/** An example of the catalogue: a program, and what it must print. `F` are the facts that it reports. */
export interface Example<F = void> {
  readonly title: string;
  /** What it is for: what a reader learns from it, in a sentence or two. */
  readonly purpose: string;
  /** The program. What it returns (anything JSON can say) goes to `check`. */
  readonly main: () => Promise<F>;
  /** What it prints, line by line; from the time scale where times are printed. */
  readonly expected: readonly Expectation[] | ((scale: number) => readonly Expectation[]);
  /** What it prints on stderr; left out, nothing. */
  readonly expectedErrors?: readonly Expectation[];
  /** What must hold beyond the lines; asked when they are as expected. */
  readonly check?: (run: Run<F>) => readonly Claim[];
  /** What is the same as in Python and what differs, in a sentence. */
  readonly python: string;
  /** What else to know about the run, in a sentence or two. */
  readonly note?: string;
  /** What to draw of what it recorded. */
  readonly figure: Figure;
  /** Topics beside that of its section. */
  readonly alsoAbout?: readonly Topic[];
  /** It measures, or needs all cores: nothing else runs meanwhile. */
  readonly alone?: boolean;
  /** Why it cannot run on this machine: then it is skipped. Undefined when it can, and left out where it always can. */
  readonly whyNot?: () => string | undefined;
  /** Seconds after which it counts as hanging; 60 when left out. */
  readonly timeLimit?: number;
}

/** A finished run, as a check sees it. */
export interface Run<F> {
  readonly facts: F;
  readonly recording: Recording;
  /** The length of a demo second in seconds. */
  readonly scale: number;
  /** The text in the place of a placeholder: the only one of that name. */
  readonly value: (name: string) => string;
  /** All texts in the places of placeholders of that name, in the order of printing. */
  readonly values: (name: string) => readonly string[];
}
