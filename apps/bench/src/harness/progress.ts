import { SingleBar } from 'cli-progress';

/** Shows on standard error how far the run is, if that is a terminal. */
export interface Progress {
  /** What is being measured. */
  says(what: string): void;
  /** One figure more, or a row that has none. */
  steps(): void;
  /** Takes the bar away for what is printed. */
  prints(print: () => void): void;
  ends(): void;
}

const silent: Progress = {
  says: () => undefined,
  steps: () => undefined,
  prints: (print) => print(),
  ends: () => undefined,
};

export function progressOf(total: number): Progress {
  if (!process.stderr.isTTY) return silent;
  const bar = new SingleBar({
    stream: process.stderr,
    format: '{bar} {percentage} %  {eta_formatted} left  {what}',
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 200,
  });
  let done = 0;
  let what = '';
  const show = (): void => bar.start(total, done, { what });
  show();
  return {
    says: (text) => bar.update(done, { what: (what = text) }),
    steps: () => bar.update((done += 1), { what }),
    prints: (print) => {
      bar.stop();
      print();
      if (done < total) show();
    },
    ends: () => bar.stop(),
  };
}
