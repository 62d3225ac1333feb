import { Progress, type WaitingAttempt } from '../../src/waiting/attempt.js';
import type { ConditionParty } from '../../src/protocol/condition/condition-sleep.js';
import type { Ending, Player, Setting, WorldState } from './setting.js';

/** One action of one player, in a world of its own. */
export class Turn {
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
    player.attempt =
      player.call === undefined ? undefined : script[player.call]?.begin(index + 1, player.locals);
    player.status = player.attempt ? 'stepping' : 'finished';
  }

  #party(index: number): ConditionParty {
    return {
      words: this.state.words,
      lockWords: this.state.words,
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

/** Whether the party with this owner id lives: they are numbered from 1. */
export function isAlive(state: WorldState, id: number): boolean {
  return state.players[id - 1]?.status !== 'dead';
}
