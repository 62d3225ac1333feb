// Runs the comparisons of one program: every contender in its own lane, all of them alternately.
import type { Comparison, Contender, Settings } from './comparison.js';
import { Lane } from './lane.js';
import type { Progress } from './progress.js';
import type { ComparisonResult, Missing } from './results.js';
import { resultOf, type Taken } from './rows.js';

export interface RunOptions extends Settings {
  /** Overrides what the comparisons say. */
  readonly rounds: number | undefined;
  /** Leaves the peers out. */
  readonly onlyOurs: boolean;
  /** The folder of the built files. */
  readonly folder: string;
  /** The copy that finds the packages of another checkout. */
  readonly againstFolder: string | undefined;
}

const quickRounds = 2;

/** How many rounds count. */
export function roundsOf({ rounds = 9 }: Comparison, options: RunOptions): number {
  return options.rounds ?? (options.quick ? Math.min(quickRounds, rounds) : rounds);
}

function warmupsOf({ isFresh = false, warmups = 1 }: Comparison, { quick }: RunOptions): number {
  if (isFresh) return 0;
  return quick ? 1 : warmups;
}

/** Those whose rows are wanted. */
export function contendersOf({ contenders }: Comparison, { onlyOurs }: RunOptions): readonly Contender[] {
  return onlyOurs ? contenders.filter(({ role }) => role !== 'peer') : contenders;
}

/** A contender while its figures are taken: in one lane, or in one for each checkout. */
interface Seat {
  readonly contender: Contender;
  readonly lane: Lane;
  readonly figures: number[];
  readonly other: { readonly lane: Lane; readonly figures: number[] } | undefined;
  absent?: string;
  failed?: string;
}

export class ProgramRun {
  readonly #module: string;
  readonly #options: RunOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(module: string, options: RunOptions) {
    this.#module = module;
    this.#options = options;
  }

  /** Takes the figures of all contenders, round by round, beginning with another one each time. */
  async compare(comparison: Comparison, progress: Progress): Promise<ComparisonResult> {
    const { id } = comparison;
    const warmups = warmupsOf(comparison, this.#options);
    const seats = contendersOf(comparison, this.#options).map((contender) => this.#seat(contender));
    await Promise.all(seats.map((seat) => prepare(seat, id)));
    const rounds = roundsOf(comparison, this.#options);
    for (let round = -warmups; round < rounds; round += 1) {
      for (let turn = 0; turn < seats.length; turn += 1) {
        const seat = seats[(turn + round + warmups) % seats.length];
        if (seat && isOpen(seat)) {
          progress.says(`${id}: ${seat.contender.name}`);
          await takeTurn(seat, round);
        }
        if (round >= 0) progress.steps();
      }
    }
    await Promise.all(seats.map(close));
    const [taken, missing] = [seats.filter(isOpen), seats.filter((seat) => !isOpen(seat))];
    return resultOf(comparison, taken.map(takenOf), missing.map(missingOf), rounds);
  }

  /** Ends all lanes. */
  async end(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.end()));
  }

  #seat(contender: Contender): Seat {
    const { folder, againstFolder } = this.#options;
    const other =
      contender.role === 'ours' && againstFolder !== undefined
        ? { lane: this.#lane(contender, againstFolder), figures: [] }
        : undefined;
    return { contender, lane: this.#lane(contender, folder), figures: [], other };
  }

  #lane({ name }: Contender, folder: string): Lane {
    const key = `${folder} ${name}`;
    const earlier = this.#lanes.get(key);
    if (earlier?.isAlive === true) return earlier;
    const lane = new Lane(folder, { module: this.#module, quick: this.#options.quick });
    this.#lanes.set(key, lane);
    return lane;
  }
}

const isOpen = ({ absent, failed }: Seat): boolean => absent === undefined && failed === undefined;

async function prepare(seat: Seat, comparison: string): Promise<void> {
  const request = { ask: 'prepare', comparison, contender: seat.contender.name } as const;
  const lanes = [seat.lane, ...(seat.other ? [seat.other.lane] : [])];
  for (const { absent, failed } of await Promise.all(lanes.map((lane) => lane.ask(request)))) {
    if (absent !== undefined) seat.absent ??= absent;
    if (failed !== undefined) seat.failed ??= failed;
  }
}

/** One figure; with another checkout one of each, in the other order every second round. */
async function takeTurn(seat: Seat, round: number): Promise<void> {
  const turns = [{ lane: seat.lane, figures: seat.figures }, ...(seat.other ? [seat.other] : [])];
  for (const { lane, figures } of round % 2 === 0 ? turns : turns.reverse()) {
    const { figure, absent, failed } = await lane.ask({ ask: 'measure' });
    if (absent !== undefined) seat.absent = absent;
    if (failed !== undefined) seat.failed = failed;
    if (figure !== undefined && round >= 0) figures.push(figure);
  }
}

async function close({ lane, other }: Seat): Promise<void> {
  await lane.ask({ ask: 'close' });
  await other?.lane.ask({ ask: 'close' });
}

function takenOf({ contender, figures, other }: Seat): Taken {
  return { contender, figures, ...(other ? { against: other.figures } : {}) };
}

function missingOf({ contender: { name, role }, absent, failed }: Seat): Missing {
  return { name, role, failed: failed !== undefined, reason: failed ?? absent ?? 'no figures' };
}
