/** What a task tells while it runs. */
export type Report =
  /** It printed something. */
  | { readonly kind: 'log'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** It called `reportProgress`. */
  | { readonly kind: 'progress'; readonly value: unknown };

/** A report on its way from a worker to its host. */
export interface CallReport {
  readonly call: string;
  readonly report: Report;
}
