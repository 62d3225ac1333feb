import { type Attempt, Progress, type WaitingAttempt } from '../../src/waiting/attempt.js';
import type { Party } from '../../src/waiting/party.js';
import type { Model, Move } from './explore.js';

export type Ending = 'done' | 'timed-out' | 'aborted' | 'abandoned' | 'not-held';

/** One call that a party makes. */
export interface Call {
  readonly name: string;
  begin(self: number): Attempt;
  /** It may give up: by the clock, as a blocked thread does, or by a signal, as a task does. */
  readonly mayLeave?: 'timeout' | 'abort' | undefined;
  /** What follows: changes `locals`, and says which call is next; undefined for none. */
  ended(ending: Ending, locals: Locals, attempt: Attempt, world: Facts): number | undefined;
}

/** What a party remembers between its calls. */
export type Locals = Record<string, number>;

/** What is true of the world besides its words; the tests use it for their invariants. */
export type Facts = Record<string, number>;

type Status = 'stepping' | 'parking' | 'asleep' | 'woken' | 'withdrawing' | 'leaving' | 'finished' | 'dead';

interface Player {
  status: Status;
  call: number | undefined;
  attempt: Attempt | undefined;
  /** How it leaves as soon as it cannot go on: it looks once more first. */
  last: Ending | undefined;
  locals: Locals;
}

/** A sleeper of a word; one whom nobody follows any more still swallows a wake-up. */
interface Sleeper {
  player: number;
  index: number;
  gone: boolean;
}

export interface WorldState {
  words: Int32Array;
  queue: Sleeper[];
  players: Player[];
  facts: Facts;
  deaths: number;
}

export interface Setting {
  readonly words: number;
  prepare?(words: Int32Array): void;
  readonly scripts: readonly (readonly Call[])[];
  /** How many may die, at any moment. */
  readonly deaths?: number;
  /** Wakes any sleeper of the word instead of the one who has slept longest. */
  readonly anyOrder?: boolean;
  readonly facts?: Facts;
  fault?(state: WorldState): string | undefined;
  /** Called when a player dies, with its locals. */
  died?(locals: Locals, facts: Facts): void;
  /** What must hold once everybody has finished. */
  atEnd?(state: WorldState): string | undefined;
}

/** The longest sleep that may end by itself without anybody having died, in milliseconds. */
const courtesy = 1;

/**
 * A model of threads over shared words: any party may take its next step at any time, sleepers sleep as
 * in a futex, and each may be killed, time out or be aborted between any two steps.
 *
 * What only heals the consequences of a death (a sleeper that looks at its word by itself, a sleep
 * limited to 100 ms) is not there before the first death: nothing else may rely on it.
 */
export function world(setting: Setting): Model<WorldState> {
  const initial: WorldState = {
    words: new Int32Array(setting.words),
    queue: [],
    players: setting.scripts.map((script, player) => ({
      status: 'stepping',
      call: 0,
      attempt: script[0]?.begin(player + 1),
      last: undefined,
      locals: {},
    })),
    facts: { ...setting.facts },
    deaths: 0,
  };
  setting.prepare?.(initial.words);
  return {
    initial,
    key,
    moves: (state) => new Mover(setting, state).all(),
    finished: (state) => state.players.every((player) => isOver(player)),
    fault: (state) =>
      setting.fault?.(state) ??
      (state.players.every((player) => isOver(player)) ? setting.atEnd?.(state) : undefined),
  };
}

function isOver({ status }: Player): boolean {
  return status === 'finished' || status === 'dead';
}

/** Finds all moves from one state. */
class Mover {
  readonly #setting: Setting;
  readonly #before: WorldState;
  readonly #moves: Move<WorldState>[] = [];

  constructor(setting: Setting, before: WorldState) {
    this.#setting = setting;
    this.#before = before;
  }

  all(): Move<WorldState>[] {
    this.#before.players.forEach((player, index) => this.#of(player, index));
    return this.#moves;
  }

  #of(before: Player, index: number): void {
    if (isOver(before)) return;
    const name = (what: string): string =>
      `${index + 1}: ${what}` +
      (before.call === undefined ? '' : ` (${this.#setting.scripts[index]?.[before.call]?.name ?? ''})`);
    const mortal = this.#before.deaths < (this.#setting.deaths ?? 0);
    if (mortal) this.#death(before, index, name);
    switch (before.status) {
      case 'stepping':
        this.#try(name('steps'), true, (turn) => turn.step(index));
        return;
      case 'parking':
        this.#try(name('goes to sleep'), true, (turn) => turn.park(index));
        return;
      case 'asleep':
        this.#asleep(before, index, name);
        return;
      case 'woken':
        this.#try(name('is awake'), true, (turn) => turn.wakeUp(index, false));
        if (this.#mayLeave(before, index) === 'abort') {
          this.#try(name('is aborted just when woken'), false, (turn) => turn.passOn(index));
        }
        return;
      case 'withdrawing':
        this.#try(name('withdraws'), true, (turn) => turn.withdraw(index));
        return;
      case 'leaving':
        this.#try(name('leaves'), true, (turn) => turn.end(index, 'aborted'));
        return;
      default:
    }
  }

  #asleep(before: Player, index: number, name: (what: string) => string): void {
    const attempt = before.attempt as WaitingAttempt;
    const leave = this.#mayLeave(before, index);
    if (leave === 'timeout') {
      this.#try(name('times out'), false, (turn) => turn.timeOut(index));
    } else if (leave === 'abort') {
      this.#try(name('is aborted'), false, (turn) => turn.abort(index));
    }
    const changed = this.#before.words[attempt.index] !== attempt.expected;
    const mourning = this.#before.deaths > 0;
    if (attempt.limit <= courtesy || (mourning && (changed || attempt.limit < Infinity))) {
      this.#try(name('looks by itself'), true, (turn) => turn.wakeUp(index, false));
    }
    if (mourning && attempt.owner !== 0 && !isAlive(this.#before, attempt.owner)) {
      this.#try(name('sees a dead owner'), true, (turn) => turn.wakeUp(index, true));
    }
    this.#try(name('becomes impatient'), false, (turn) => turn.hurry(index));
  }

  #death(before: Player, index: number, name: (what: string) => string): void {
    this.#try(name('dies'), false, (turn) => turn.die(index, false));
    if (before.status === 'asleep') {
      this.#try(name('dies, still in the queue'), false, (turn) => turn.die(index, true));
    }
  }

  #mayLeave(before: Player, index: number): Call['mayLeave'] {
    return before.call === undefined ? undefined : this.#setting.scripts[index]?.[before.call]?.mayLeave;
  }

  /** Does something in a copy of the world, once for each way in which it can turn out. */
  #try(label: string, bound: boolean, act: (turn: Turn) => void): void {
    const ways: number[][] = [[]];
    for (const way of ways) {
      const turn = new Turn(this.#setting, copy(this.#before), way);
      act(turn);
      for (let at = way.length; at < turn.choices.length; at += 1) {
        const options = turn.choices[at] ?? 1;
        const prefix = [...way, ...new Array<number>(at - way.length).fill(0)];
        for (let option = 1; option < options; option += 1) ways.push([...prefix, option]);
      }
      this.#moves.push({ label, bound, state: turn.state });
    }
  }
}

/** One action of one player, in a world of its own. */
class Turn {
  readonly state: WorldState;
  /** How many ways there were at each choice so far. */
  readonly choices: number[] = [];
  readonly #setting: Setting;
  readonly #way: readonly number[];

  constructor(setting: Setting, state: WorldState, way: readonly number[]) {
    this.#setting = setting;
    this.state = state;
    this.#way = way;
  }

  step(index: number): void {
    const player = this.#player(index);
    const progress = player.attempt?.step(this.#party(index));
    if (progress === Progress.park) {
      if (player.last !== undefined) this.end(index, player.last);
      else player.status = 'parking';
    } else if (progress === Progress.done) this.end(index, 'done');
    else if (progress === Progress.abandoned) this.end(index, 'abandoned');
    else if (progress === Progress.notHeld) this.end(index, 'not-held');
  }

  park(index: number): void {
    const attempt = this.#waiting(index);
    if (this.state.words[attempt.index] !== attempt.expected) {
      this.wakeUp(index, false);
      return;
    }
    this.state.queue.push({ player: index, index: attempt.index, gone: false });
    this.#player(index).status = 'asleep';
  }

  wakeUp(index: number, suspicious: boolean): void {
    this.#unqueue(index);
    this.#waiting(index).slept(suspicious);
    this.#player(index).status = 'stepping';
  }

  timeOut(index: number): void {
    this.wakeUp(index, true);
    this.#player(index).last = 'timed-out';
  }

  abort(index: number): void {
    for (const sleeper of this.state.queue) if (sleeper.player === index) sleeper.gone = true;
    this.#player(index).status = 'withdrawing';
  }

  withdraw(index: number): void {
    this.#wake(this.#waiting(index).index, Infinity);
    this.#player(index).status = 'leaving';
  }

  passOn(index: number): void {
    this.#wake(this.#waiting(index).index, 1);
    this.#player(index).status = 'leaving';
  }

  hurry(index: number): void {
    this.#waiting(index).hurry();
  }

  die(index: number, stays: boolean): void {
    const player = this.#player(index);
    if (stays) {
      for (const sleeper of this.state.queue) if (sleeper.player === index) sleeper.gone = true;
    } else this.#unqueue(index);
    this.#setting.died?.(player.locals, this.state.facts);
    player.status = 'dead';
    player.attempt = undefined;
    this.state.deaths += 1;
  }

  end(index: number, ending: Ending): void {
    const player = this.#player(index);
    const script = this.#setting.scripts[index] ?? [];
    const call = player.call === undefined ? undefined : script[player.call];
    if (!call || !player.attempt) throw new Error('no call to end');
    player.last = undefined;
    player.call = call.ended(ending, player.locals, player.attempt, this.state.facts);
    player.attempt = player.call === undefined ? undefined : script[player.call]?.begin(index + 1);
    player.status = player.attempt ? 'stepping' : 'finished';
  }

  #party(index: number): Party {
    return {
      words: this.state.words,
      self: index + 1,
      alive: (id) => isAlive(this.state, id),
      wake: (word, count) => this.#wake(word, count),
    };
  }

  #wake(word: number, count: number): number {
    let woken = 0;
    for (; woken < count; woken += 1) {
      const asleep = this.state.queue.filter((sleeper) => sleeper.index === word);
      if (asleep.length === 0) break;
      const chosen = asleep[this.#setting.anyOrder === true && count < asleep.length ? this.#choose(asleep.length) : 0];
      this.state.queue = this.state.queue.filter((sleeper) => sleeper !== chosen);
      if (chosen && !chosen.gone) this.#player(chosen.player).status = 'woken';
    }
    return woken;
  }

  #choose(options: number): number {
    this.choices.push(options);
    return this.#way[this.choices.length - 1] ?? 0;
  }

  #unqueue(index: number): void {
    this.state.queue = this.state.queue.filter(
      (sleeper) => sleeper.player !== index || sleeper.gone,
    );
  }

  #player(index: number): Player {
    const player = this.state.players[index];
    if (!player) throw new Error(`no player ${index}`);
    return player;
  }

  #waiting(index: number): WaitingAttempt {
    return this.#player(index).attempt as WaitingAttempt;
  }
}

function isAlive(state: WorldState, id: number): boolean {
  return state.players[id - 1]?.status !== 'dead';
}

function copy(state: WorldState): WorldState {
  return {
    words: state.words.slice(),
    queue: state.queue.map((sleeper) => ({ ...sleeper })),
    players: state.players.map((player) => ({
      ...player,
      attempt: player.attempt && copyAttempt(player.attempt),
      locals: { ...player.locals },
    })),
    facts: { ...state.facts },
    deaths: state.deaths,
  };
}

/** An attempt is numbers, booleans and further attempts. */
function copyAttempt<T extends object>(attempt: T): T {
  const twin = Object.create(Object.getPrototypeOf(attempt) as object) as Record<string, unknown>;
  for (const [field, value] of Object.entries(attempt) as [string, unknown][]) {
    twin[field] = typeof value === 'object' && value !== null ? copyAttempt(value) : value;
  }
  return twin as T;
}

function key(state: WorldState): string {
  return JSON.stringify([
    [...state.words],
    state.queue,
    state.players.map(({ status, call, attempt, last, locals }) => [status, call, attempt, last, locals]),
    state.facts,
    state.deaths,
  ]);
}
