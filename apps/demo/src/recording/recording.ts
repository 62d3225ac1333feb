/**
 * What an example records of its run, for its picture and its trace. Times are milliseconds of `now()`,
 * the same clock in every thread and process.
 */
export type Recorded = Span | Moment | Message | Value | Fact | Image;

/** Which thread of which process recorded it. */
export interface Origin {
  readonly pid: number;
  /** Node's id of the thread; 0 is the main thread of its process. */
  readonly thread: number;
}

interface Common {
  /** A picture draws each group of its own: two runs side by side, for instance. */
  readonly group?: string;
  readonly origin: Origin;
}

/** Something that went on for a while, on a lane: a process, a thread, a worker. */
export interface Span extends Common {
  readonly kind: 'span';
  readonly lane: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Something that happened on a lane. */
export interface Moment extends Common {
  readonly kind: 'moment';
  readonly lane: string;
  readonly label: string;
  readonly at: number;
}

/** Something that went from one to another: a message, a start, a write. */
export interface Message extends Common {
  readonly kind: 'message';
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly at: number;
}

/** A number, at its place in a series; a point in space has a third coordinate. */
export interface Value extends Common {
  readonly kind: 'value';
  readonly series: string;
  readonly x: number | string;
  readonly y: number;
  readonly z?: number;
}

/** What was found out about a subject, as text: `TCB`, `stack pointer`, `0x7f…`. */
export interface Fact extends Common {
  readonly kind: 'fact';
  readonly subject: string;
  readonly name: string;
  readonly value: string;
}

/** A small image, as a `data:` URL. */
export interface Image extends Common {
  readonly kind: 'image';
  readonly label: string;
  readonly url: string;
}

export type Recording = readonly Recorded[];

/** The records of one kind, in the order in which they were recorded. */
export function only<K extends Recorded['kind']>(
  recording: Recording,
  kind: K,
): Extract<Recorded, { kind: K }>[] {
  return recording.filter((each): each is Extract<Recorded, { kind: K }> => each.kind === kind);
}

/** The groups of the records, in the order of their first ones; those without a group are one. */
export function groupsOf<R extends Recorded>(records: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const each of records) {
    const group = groups.get(each.group ?? '');
    if (group) group.push(each);
    else groups.set(each.group ?? '', [each]);
  }
  return groups;
}
