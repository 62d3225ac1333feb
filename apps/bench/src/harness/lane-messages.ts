/** What the run asks of a lane: one request at a time, each answered once. */
export type LaneRequest =
  | { readonly ask: 'prepare'; readonly comparison: string; readonly contender: string }
  | { readonly ask: 'measure' }
  | { readonly ask: 'close' }
  | { readonly ask: 'end' };

/** What a lane answers. A figure answers `measure` only. */
export interface LaneAnswer {
  readonly figure?: number;
  readonly absent?: string;
  readonly failed?: string;
}

/** What a lane is started with, as JSON in its only argument. */
export interface LaneArguments {
  /** Of the program's module, relative to the folder of the built files. */
  readonly module: string;
  readonly quick: boolean;
}
