/**
 * The picture of an example: what to draw of what it recorded, as data. Parts stand one below the other;
 * nothing is drawn that was not recorded.
 */
export interface Figure {
  /** What the picture shows, and what to look at. It must hold whatever was recorded. */
  readonly caption: string;
  readonly parts: readonly Part[];
}

export type Part =
  | Timeline
  | Steps
  | Levels
  | Dots
  | Bars
  | Sequence
  | Graph
  | Memory
  | Space
  | Gallery;

/** Spans as bars on lanes, and moments as ticks, over time; a chart for each group, all to one scale. */
export interface Timeline {
  readonly kind: 'timeline';
  /** Lanes from the top, as far as they are to be first; others follow by name and number. */
  readonly lanes?: readonly string[];
  /** Labels have colours of their own, which a legend explains. */
  readonly colorBy?: 'label';
  /** What the axis counts; milliseconds when left out. */
  readonly axis?: string;
  /** Draw below each chart how many spans there are at each moment. */
  readonly occupancy?: string;
  /** Only the records of these groups. */
  readonly groups?: readonly string[];
}

/** Values of a series as a line of steps: what a number was, change by change. */
export interface Steps {
  readonly kind: 'steps';
  readonly x: string;
  readonly y: string;
}

/** Small whole values as filled cells, a row for each x: how many there were after each operation. */
export interface Levels {
  readonly kind: 'levels';
  /** What is counted. */
  readonly counts: string;
}

/** Values as dots, or as dots on a line. */
export interface Dots {
  readonly kind: 'dots';
  readonly x: string;
  readonly y: string;
  /** Joins the dots of a series. */
  readonly line?: boolean;
  /** Draws a stem from each dot to the reference. */
  readonly stems?: boolean;
  /** A value to compare with, and what it is. */
  readonly reference?: { readonly y: number; readonly label: string };
  /** The range of both axes is the same, around 0. */
  readonly square?: number;
  readonly yFromZero?: boolean;
}

/** Values as horizontal bars, a row for each x; a chart to its own scale for each group. */
export interface Bars {
  readonly kind: 'bars';
  readonly axis: string;
  /** What stands on the left. */
  readonly rows?: string;
  readonly title?: string;
  /** The unit after each number, and how many digits of it. */
  readonly unit: string;
  readonly digits?: number;
  /** A dashed line at the value of this row; each number is followed by its percentage. */
  readonly reference?: string;
  /** A value to compare with, and what it is. */
  readonly limit?: { readonly value: number; readonly label: string };
  /** The first row stands at the bottom. */
  readonly bottomUp?: boolean;
  readonly groups?: readonly string[];
}

/** Messages as arrows between lifelines, from the top down; moments as notes on them. */
export interface Sequence {
  readonly kind: 'sequence';
  /** Lifelines from the left, as far as they are to be first; others follow by name and number. */
  readonly lanes?: readonly string[];
}

/** Facts as boxes, a box for each subject, and messages as arrows: equal ones are counted. */
export interface Graph {
  readonly kind: 'graph';
  /** Boxes of one group stand in a frame with its name. */
  readonly framed?: boolean;
  /** On a wide page, arrows lead from left to right. */
  readonly across?: boolean;
  /** Arrows join rows of boxes: `TCB/parent pointer`. */
  readonly rows?: boolean;
}

/** Facts as the memory of a process: what is shared on top, a column for each thread below. */
export interface Memory {
  readonly kind: 'memory';
  readonly shared: string;
}

/** Values as points in space: those inside the cube, those outside, and the ends of its edges. */
export interface Space {
  readonly kind: 'space';
  readonly inside: string;
  readonly outside: string;
  readonly edges: string;
  /** The axes reach so far on either side of 0. */
  readonly reach: number;
}

/** Images beside each other, a row for each group. */
export interface Gallery {
  readonly kind: 'gallery';
}
