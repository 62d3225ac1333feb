import type { Recorded } from '../recording/recording.js';
import type { Result } from '../runner/result.js';

/** An event of the Chrome trace format; times are microseconds. */
interface TraceEvent {
  readonly ph: 'X' | 'i' | 'M';
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly s?: 't';
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * What happened when, as a Chrome trace that Perfetto opens: the life of every example, the lines that it
 * printed when they arrived, and all spans, moments and messages that it recorded, by process and thread.
 */
export function traceOf(results: readonly Result[]): { readonly traceEvents: TraceEvent[] } {
  const events: TraceEvent[] = [];
  const names = new Map<string, TraceEvent>();
  const start = Math.min(
    ...results.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome.started)),
  );
  const time = (milliseconds: number): number => Math.round((milliseconds - start) * 1000);
  for (const { entry, attempts } of results) {
    for (const { outcome } of attempts) {
      const { pid, started, duration, lines, lineTimes, recording } = outcome;
      const title = `${entry.number} ${entry.example.title}`;
      const place = { pid, tid: 0 };
      name(names, pid, 'process_name', 0, title);
      name(names, pid, 'thread_name', 0, 'example');
      events.push({
        ph: 'X',
        name: title,
        cat: 'example',
        ...place,
        ts: time(started),
        dur: Math.round(duration * 1000),
      });
      for (const [index, line] of lines.entries()) {
        const ts = time(lineTimes[index] ?? started);
        events.push({ ph: 'i', name: line, cat: 'output', ...place, ts, s: 't' });
      }
      for (const record of recording) {
        const { origin } = record;
        if (origin.pid !== pid) {
          name(names, origin.pid, 'process_name', 0, `process of ${entry.number}`);
        }
        events.push(...eventsOf(record, time));
      }
    }
  }
  nameThreads(names, events);
  return { traceEvents: [...names.values(), ...events] };
}

function eventsOf(record: Recorded, time: (milliseconds: number) => number): TraceEvent[] {
  const { origin, group } = record;
  // Thread 0 of a process is the example's row in the trace; its main thread stands below it.
  const place = { pid: origin.pid, tid: origin.thread + 1 };
  const args = group === undefined ? {} : { group };
  switch (record.kind) {
    case 'span': {
      const { lane, label, from, to } = record;
      const name = label === '' ? lane : `${lane}: ${label}`;
      const dur = Math.round((to - from) * 1000);
      return [{ ph: 'X', name, cat: 'span', ...place, ts: time(from), dur, args }];
    }
    case 'moment': {
      const name = `${record.lane}: ${record.label}`;
      return [{ ph: 'i', name, cat: 'moment', ...place, ts: time(record.at), s: 't', args }];
    }
    case 'message': {
      const { from, to, label, at } = record;
      const name = `${from} → ${to}: ${label}`;
      return [{ ph: 'i', name, cat: 'message', ...place, ts: time(at), s: 't', args }];
    }
    default:
      return []; // Without a time there is no place for it in a trace.
  }
}

function name(
  names: Map<string, TraceEvent>,
  pid: number,
  kind: 'process_name' | 'thread_name',
  tid: number,
  text: string,
): void {
  const key = `${kind} ${pid} ${tid}`;
  if (!names.has(key)) names.set(key, { ph: 'M', name: kind, pid, tid, args: { name: text } });
}

function nameThreads(names: Map<string, TraceEvent>, events: readonly TraceEvent[]): void {
  for (const { pid, tid } of events) {
    if (tid > 0) name(names, pid, 'thread_name', tid, tid === 1 ? 'main thread' : `thread ${tid - 1}`);
  }
}
