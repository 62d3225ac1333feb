import type { Action, ModelWords, Result, Shared, Waking } from './model-words.js';
import { type History, Replay } from './replay.js';
import type { End, Fate, Scenario } from './scenario.js';

interface PartyState {
  /** What its operations so far have achieved. */
  readonly log: readonly string[];
  readonly history: History | undefined;
  readonly dead: boolean;
  /** The word on which it sleeps; -1 while it is awake. */
  readonly asleep: number;
  /** How often it timed out because all slept and one had died. */
  readonly rescues: number;
  /** How many of its sleeps timed out, or were aborted, although the others could go on. */
  readonly timeouts: number;
  readonly aborts: number;
}

interface State {
  readonly shared: Shared;
  readonly parties: readonly PartyState[];
  readonly deaths: number;
  /** Which party did the last step; -1 for none. */
  readonly running: number;
  readonly interruptions: number;
}

/** How often a party times out when all sleep after a death. */
const mostRescues = 3;

/**
 * Runs a scenario in every order in which its parties can take their steps, with every death, timeout and
 * abort that it allows, and judges every end. A sleep that no party ends times out only after a death: without
 * one, a wake-up must never be missing. Returns how many states there were.
 */
export function explore<M extends ModelWords>(scenario: Scenario<M>, limit = 300_000): number {
  return new Explorer(scenario, limit).run();
}

class Explorer<M extends ModelWords> {
  readonly #scenario: Scenario<M>;
  readonly #limit: number;
  readonly #seen = new Set<string>();
  readonly #replay: Replay<M>;

  constructor(scenario: Scenario<M>, limit: number) {
    this.#scenario = scenario;
    this.#limit = limit;
    this.#replay = new Replay(scenario);
  }

  run(): number {
    const { shared, parties } = this.#scenario;
    let first: State = {
      shared,
      deaths: 0,
      running: -1,
      interruptions: 0,
      parties: parties.map(() => ({
        log: [],
        history: undefined,
        dead: false,
        asleep: -1,
        rescues: 0,
        timeouts: 0,
        aborts: 0,
      })),
    };
    parties.forEach((_, index) => (first = this.#passCheckpoint(first, index)));
    const stack: State[] = [first];
    for (let state = stack.pop(); state; state = stack.pop()) {
      const key = keyOf(state);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      if (this.#seen.size > this.#limit) throw new Error(`more than ${this.#limit} states`);
      this.#scenario.invariant?.(this.#moment(state));
      stack.push(...this.#successors(state));
    }
    return this.#seen.size;
  }

  #successors(before: State): State[] {
    const next: State[] = [];
    let awake = 0;
    const couldGoOn = this.#canMove(before, before.running);
    const { interruptions: limit = Infinity } = this.#scenario;
    before.parties.forEach((party, index) => {
      let state = before;
      if (party.dead) return;
      const action = this.#nextOf(state, index);
      if (!action) return;
      if (party.asleep < 0) {
        awake += 1;
        const interrupts = couldGoOn && index !== state.running ? 1 : 0;
        if (state.interruptions + interrupts > limit) return;
        const interruptions = limit === Infinity ? 0 : state.interruptions + interrupts;
        const running = limit === Infinity ? -1 : index;
        state = { ...state, running, interruptions };
        const after = this.#perform(state, index, action);
        next.push(...after.flatMap((changed) => this.#runOn(changed, index)));
      } else {
        next.push(...this.#endSleep(state, index, action));
      }
      next.push(...this.#kill(state, index));
    });
    if (awake > 0) return next;
    const brief = this.#timeouts(before, (action) => action.name === 'sleep' && action.limit === 'brief');
    if (brief.length > 0) return [...next, ...brief];
    const late = before.deaths > 0 ? this.#timeouts(before, () => true) : [];
    if (late.length > 0) return [...next, ...late];
    // A timeout or an abort that may come need not come.
    this.#scenario.judge(this.#moment(before));
    return next;
  }

  #canMove(state: State, index: number): boolean {
    const party = state.parties[index];
    if (!party || party.dead || party.asleep >= 0) return false;
    return this.#nextOf(state, index) !== undefined;
  }

  /** Kills the party, if that may happen. */
  #kill(state: State, index: number): State[] {
    const { parties, deaths = 0 } = this.#scenario;
    if (parties[index]?.mortal !== true || state.deaths >= deaths) return [];
    const killed = withParty(state, index, { ...partyOf(state, index), dead: true, asleep: -1 });
    return [{ ...killed, deaths: state.deaths + 1 }];
  }

  /** Ends a sleep by a timeout or an abort, if that may happen. */
  #endSleep(state: State, index: number, action: Action): State[] {
    const party = partyOf(state, index);
    const { timeouts = 0, aborts = 0 } = this.#scenario.parties[index] ?? {};
    const next: State[] = [];
    if (action.name === 'sleep' && action.limit !== 'none' && party.timeouts < timeouts) {
      const change = { asleep: -1, timeouts: party.timeouts + 1 };
      next.push(this.#proceed(state, index, 'timed-out', change));
    }
    if (party.aborts < aborts) {
      next.push(this.#proceed(state, index, 'aborted', { asleep: -1, aborts: party.aborts + 1 }));
    }
    return next;
  }

  /** Does what no other party can see, at once; but the party may be killed before each of these actions. */
  #runOn(state: State, index: number): State[] {
    const killed: State[] = [];
    let current = state;
    for (;;) {
      const action = this.#nextOf(current, index);
      if (!action || this.#scenario.isPrivate?.(action) !== true) return [...killed, current];
      killed.push(...this.#kill(current, index));
      [current] = this.#perform(current, index, action) as [State];
    }
  }

  /** All sleep: each of those sleepers that has not woken too often without need may wake by itself. */
  #timeouts(state: State, isMeant: (action: Action) => boolean): State[] {
    const next: State[] = [];
    state.parties.forEach((party, index) => {
      if (party.dead || party.asleep < 0 || party.rescues >= mostRescues) return;
      const action = this.#nextOf(state, index);
      if (!action || !isMeant(action)) return;
      next.push(this.#proceed(state, index, 'timed-out', { asleep: -1, rescues: party.rescues + 1 }));
    });
    return next;
  }

  #perform(state: State, index: number, action: Action): State[] {
    const shared = { words: [...state.shared.words], cells: state.shared.cells };
    const { words } = shared;
    const after = (result: Result): State[] => [
      this.#proceed({ ...state, shared }, index, result, {}),
    ];
    if (this.#scenario.sabotage?.(action, index) === true) {
      return after(this.#scenario.sabotaged?.(action) ?? 0);
    }
    switch (action.name) {
      case 'load':
        return after(words[action.word] ?? 0);
      case 'store':
      case 'exchange':
      case 'add':
      case 'or':
      case 'and':
      case 'swap':
        return after(change(words, action));
      case 'alive':
        return after(state.parties[action.owner - 1]?.dead === true ? 0 : 1);
      case 'read':
        return after(shared.cells.slice(action.cell, action.cell + action.count));
      case 'write':
        shared.cells = [...shared.cells];
        shared.cells.splice(action.cell, action.values.length, ...action.values);
        return after(0);
      case 'checkpoint':
        return after(0);
      case 'sleep':
        if (words[action.word] !== action.expected) return after('not-equal');
        return [withParty(state, index, { ...partyOf(state, index), asleep: action.word })];
      case 'wake':
        return this.#wake(state, index, action.word, action.count);
    }
  }

  /** One way on for each choice of sleepers to wake, and for each that is aborted at that moment. */
  #wake(state: State, index: number, word: number, count: number): State[] {
    const sleepers = state.parties.flatMap((party, i) => (party.asleep === word ? [i] : []));
    const number = Math.min(count, sleepers.length);
    const notified = this.#proceed(state, index, number, {});
    return choices(sleepers, number).flatMap((chosen) =>
      chosen.reduce<State[]>(
        (states, sleeper) => states.flatMap((each) => this.#rouse(each, sleeper)),
        [notified],
      ),
    );
  }

  #rouse(state: State, sleeper: number): State[] {
    const { aborts } = partyOf(state, sleeper);
    const wake = (waking: Waking, more: Partial<PartyState>): State =>
      this.#proceed(state, sleeper, waking, { asleep: -1, ...more });
    const woken = [wake('ok', {})];
    if (aborts < (this.#scenario.parties[sleeper]?.aborts ?? 0)) {
      woken.push(wake('late', { aborts: aborts + 1 }));
    }
    return woken;
  }

  /** The state after a party's pending action had this result. */
  #proceed(state: State, index: number, result: Result, change: Partial<PartyState>): State {
    const party = partyOf(state, index);
    const history = this.#replay.extend(party.history, result, index, party.log.length);
    const standing = this.#replay.standing(history, index, party.log.length);
    if ('next' in standing) return withParty(state, index, { ...party, ...change, history });
    const log = [...party.log, standing.achieved];
    const done = withParty(state, index, { ...party, ...change, history: undefined, log });
    return this.#passCheckpoint(done, index);
  }

  /** An operation may begin with a checkpoint. */
  #passCheckpoint(state: State, index: number): State {
    const action = this.#nextOf(state, index);
    return action?.name === 'checkpoint' ? this.#proceed(state, index, 0, {}) : state;
  }

  /** What the party does next; undefined when it has done everything. */
  #nextOf(state: State, index: number): Action | undefined {
    const { log, history } = partyOf(state, index);
    if (log.length === this.#scenario.parties[index]?.program.length) return undefined;
    const standing = this.#replay.standing(history, index, log.length);
    if ('next' in standing) return standing.next;
    throw new Error('an operation must do something to the memory');
  }

  #moment(state: State): End {
    return {
      shared: { words: [...state.shared.words], cells: [...state.shared.cells] },
      logs: state.parties.map(({ log }) => log),
      fates: state.parties.map((party, index): Fate => {
        if (party.dead) return 'dead';
        if (party.asleep >= 0) return 'asleep';
        return this.#nextOf(state, index) ? 'running' : 'finished';
      }),
    };
  }
}

/** Does an atomic read-modify-write; what the word held before. */
export function change(words: number[], action: Extract<Action, { value: number }>): number {
  const found = words[action.word] ?? 0;
  if (action.name === 'or') words[action.word] = found | action.value;
  else if (action.name === 'and') words[action.word] = found & action.value;
  else if (action.name === 'add') words[action.word] = (found + action.value) | 0;
  else if (action.name !== 'swap' || found === action.expected) {
    words[action.word] = action.value | 0;
  }
  return found;
}

/** All ways to choose so many. */
function choices(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, index) =>
    choices(from.slice(index + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

function partyOf(state: State, index: number): PartyState {
  const party = state.parties[index];
  if (!party) throw new Error(`no party ${index}`);
  return party;
}

function withParty(state: State, index: number, party: PartyState): State {
  return { ...state, parties: state.parties.with(index, party) };
}

function keyOf({ shared, parties, running, interruptions }: State): string {
  const states = parties.map(
    ({ dead, log, history, asleep, rescues, timeouts, aborts }) =>
      `${dead ? 'x' : (history?.id ?? 0)}/${asleep}/${rescues}.${timeouts}.${aborts}/${log.join()}`,
  );
  return `${running} ${interruptions} ${states.join()}|${shared.words.join()}|${shared.cells.join()}`;
}
