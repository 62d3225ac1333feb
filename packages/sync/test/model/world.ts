import type { WaitingAttempt } from '../../src/waiting/attempt.js';
import type { Model, Move } from './explore.js';
import type { Call, Player, Setting, WorldState } from './setting.js';
import { isAlive, Turn } from './turn.js';

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
      attempt: script[0]?.begin(player + 1, {}),
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
    const { deaths = 0, immortal = [] } = this.#setting;
    const mortal =
      this.#before.deaths < deaths &&
      !immortal.includes(index) &&
      this.#setting.mortal?.(before.locals) !== false;
    if (mortal) this.#death(before, index, name);
    switch (before.status) {
      case 'stepping':
        this.#try(index, name('steps'), true, (turn) => turn.step(index));
        return;
      case 'parking':
        this.#try(index, name('goes to sleep'), true, (turn) => turn.park(index));
        return;
      case 'asleep':
        this.#asleep(before, index, name);
        return;
      case 'woken':
        this.#try(index, name('is awake'), true, (turn) => turn.wakeUp(index, false));
        if (this.#mayLeave(before, index) === 'abort') {
          this.#try(index, name('is aborted just when woken'), false, (turn) => turn.passOn(index));
        }
        return;
      case 'withdrawing':
        this.#try(index, name('withdraws'), true, (turn) => turn.withdraw(index));
        return;
      case 'leaving':
        this.#try(index, name('leaves'), true, (turn) => turn.end(index, 'aborted'));
        return;
      default:
    }
  }

  #asleep(before: Player, index: number, name: (what: string) => string): void {
    const attempt = before.attempt as WaitingAttempt;
    const leave = this.#mayLeave(before, index);
    if (leave === 'timeout') {
      this.#try(index, name('times out'), false, (turn) => turn.timeOut(index));
    } else if (leave === 'abort') {
      this.#try(index, name('is aborted'), false, (turn) => turn.abort(index));
    }
    const changed = this.#before.words[attempt.index] !== attempt.expected;
    const mourning = this.#before.deaths > 0;
    if (mourning && changed) {
      this.#try(index, name('looks by itself'), true, (turn) => turn.wakeUp(index, false));
    }
    const ownerDied = attempt.owner !== 0 && !isAlive(this.#before, attempt.owner);
    if (attempt.limit <= courtesy || (mourning && (attempt.limit < Infinity || ownerDied))) {
      this.#try(index, name('has slept long enough'), true, (turn) => turn.wakeUp(index, true));
    }
    if (this.#setting.hurry === true) {
      this.#try(index, name('becomes impatient'), false, (turn) => turn.hurry(index));
    }
  }

  #death(before: Player, index: number, name: (what: string) => string): void {
    this.#try(index, name('dies'), false, (turn) => turn.die(index, false));
    if (before.status === 'asleep') {
      this.#try(index, name('dies, still in the queue'), false, (turn) => turn.die(index, true));
    }
  }

  #mayLeave(before: Player, index: number): Call['mayLeave'] {
    return before.call === undefined ? undefined : this.#setting.scripts[index]?.[before.call]?.mayLeave;
  }

  /** Does something in a copy of the world, once for each way in which it can turn out. */
  #try(index: number, label: string, bound: boolean, act: (turn: Turn) => void): void {
    const ways: number[][] = [[]];
    for (const way of ways) {
      const turn = new Turn(this.#setting, copy(this.#before, index), way);
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

/** A copy in which this player may act: the attempts of the others are shared, for nobody changes them. */
function copy(state: WorldState, acting: number): WorldState {
  return {
    words: state.words.slice(),
    queue: state.queue.map((sleeper) => ({ ...sleeper })),
    players: state.players.map((player, index) =>
      index !== acting
        ? { ...player }
        : {
            ...player,
            attempt: player.attempt && copyAttempt(player.attempt),
            locals: { ...player.locals },
          },
    ),
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
  let text = state.words.join();
  for (const { player, index, gone } of state.queue) text += `;${player},${index},${gone}`;
  for (const { status, call, attempt, last, locals } of state.players) {
    text += `|${status},${call ?? ''},${last ?? ''},${values(locals)}`;
    if (attempt) text += `:${attemptText(attempt)}`;
  }
  return `${text}|${values(state.facts)}|${state.deaths}`;
}

/** Attempts are not changed any more once their state has been looked at. */
const texts = new WeakMap<object, string>();

function attemptText(attempt: object): string {
  let text = texts.get(attempt);
  if (text === undefined) texts.set(attempt, (text = values(attempt)));
  return text;
}

/** The fields of an object, always in the same order. */
function values(object: object): string {
  let text = '';
  for (const name in object) {
    const value = (object as Record<string, unknown>)[name];
    text += typeof value === 'object' && value !== null ? `(${values(value)})` : `${String(value)},`;
  }
  return text;
}
