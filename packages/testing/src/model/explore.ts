import { type Action, type ModelWords, type Result, type Shared, sleepResults } from './model-words.js';

/**
 * One operation of a party; it returns what it has achieved. It must depend on nothing but the results of
 * what it does to the memory: it is run again from its beginning for each of its steps.
 */
export type Operation<M extends ModelWords = ModelWords> = (memory: M) => string;

/** What a party does, one operation after the other. */
export type Program<M extends ModelWords = ModelWords> = readonly Operation<M>[];

export interface Party<M extends ModelWords = ModelWords> {
  readonly program: Program<M>;
  /** May be killed at any instant. */
  readonly mortal?: boolean;
}

export interface Scenario<M extends ModelWords = ModelWords> {
  /** The memory as party `self` sees it, every step of which is for `act` to decide. */
  readonly memory: (self: number, act: (action: Action) => Result) => M;
  readonly shared: Shared;
  readonly parties: readonly Party<M>[];
  /**
   * How often a party may be interrupted where it could have gone on; any number when absent. What goes
   * wrong in a protocol mostly does so with two or three interruptions.
   */
  readonly interruptions?: number;
  /** How many of the mortal parties may be killed in one run. */
  readonly deaths?: number;
  /** Looks at a state in which nobody can do anything any more: throws if it is wrong. */
  readonly judge: (end: End) => void;
  /** Whether only the holder of a lock does this, on what nobody else looks at. */
  readonly isPrivate?: (action: Action) => boolean;
  /** Actions that the world swallows: for tests of the checker itself. */
  readonly sabotage?: (action: Action, party: number) => boolean;
  /** What such an action seems to come to; 0 when absent. */
  readonly sabotaged?: (action: Action) => number;
}

export type Fate = 'finished' | 'asleep' | 'dead';

/** How a run ended. */
export interface End {
  readonly shared: Shared;
  readonly fates: readonly Fate[];
  readonly logs: readonly (readonly string[])[];
}

/** The results of what a party did in its current operation, the last one first. */
interface History {
  readonly id: number;
  readonly before: History | undefined;
  readonly result: Result;
  readonly length: number;
}

interface PartyState {
  /** What its operations so far have achieved. */
  readonly log: readonly string[];
  readonly history: History | undefined;
  readonly dead: boolean;
  /** The word on which it sleeps; -1 while it is awake. */
  readonly asleep: number;
  /** How often it woke because its time was over. */
  readonly timeOuts: number;
}

interface State {
  readonly shared: Shared;
  readonly parties: readonly PartyState[];
  readonly deaths: number;
  /** Who did the last step; -1 for nobody. */
  readonly running: number;
  readonly interruptions: number;
}

/** What a party will do next, or what its operation has achieved. */
type Standing = { readonly next: Action } | { readonly achieved: string };

class Pending extends Error {
  readonly action: Action;
  constructor(action: Action) {
    super('pending');
    this.action = action;
  }
}

const ok = sleepResults.indexOf('ok');
const notEqual = sleepResults.indexOf('not-equal');

/**
 * Runs a scenario in every order in which its parties can take their steps, with every death, and judges
 * every end. Sleepers time out only when nobody else can do anything and somebody has died: without a
 * death a wake-up must never be missing. Returns how many states there were.
 */
export function explore<M extends ModelWords>(scenario: Scenario<M>, limit = 300_000): number {
  return new Explorer(scenario, limit).run();
}

class Explorer<M extends ModelWords> {
  readonly #scenario: Scenario<M>;
  readonly #limit: number;
  readonly #seen = new Set<string>();
  readonly #histories = new Map<string, History>();
  /** The history that stands for all that lead to the same place. */
  readonly #checkpoints = new Map<string, History>();
  readonly #standings = new Map<string, Standing>();

  constructor(scenario: Scenario<M>, limit: number) {
    this.#scenario = scenario;
    this.#limit = limit;
  }

  run(): number {
    const { shared, parties } = this.#scenario;
    const first: State = {
      shared,
      deaths: 0,
      running: -1,
      interruptions: 0,
      parties: parties.map(() => ({
        log: [],
        history: undefined,
        dead: false,
        asleep: -1,
        timeOuts: 0,
      })),
    };
    const stack: State[] = [first];
    for (let state = stack.pop(); state; state = stack.pop()) {
      const key = keyOf(state);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      if (this.#seen.size > this.#limit) throw new Error(`more than ${this.#limit} states`);
      stack.push(...this.#successors(state));
    }
    return this.#seen.size;
  }

  #successors(before: State): State[] {
    const next: State[] = [];
    // Counted, not flagged: whether anybody could take a step.
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
      }
      next.push(...this.#kill(state, index));
    });
    if (awake > 0) return next;
    const late = before.deaths > 0 ? this.#timeOuts(before) : [];
    if (late.length > 0) return [...next, ...late];
    this.#scenario.judge(this.#end(before));
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

  /** Does what nobody else can see, at once; but the party may be killed before each of these actions. */
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

  /** Everybody sleeps: each sleeper that was not woken in vain before may wake by itself. */
  #timeOuts(state: State): State[] {
    const next: State[] = [];
    state.parties.forEach((party, index) => {
      if (party.dead || party.asleep < 0 || party.timeOuts >= 3) return;
      next.push(this.#proceed(state, index, 'timed-out', { asleep: -1, timeOuts: party.timeOuts + 1 }));
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
      case 'or':
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
        if (words[action.word] !== action.expected) return after(notEqual);
        return [withParty(state, index, { ...partyOf(state, index), asleep: action.word })];
      case 'wake':
        return this.#wake(state, index, action.word, action.count);
    }
  }

  /** One way on for each choice of whom to wake. */
  #wake(state: State, index: number, word: number, count: number): State[] {
    const woken = this.#proceed(state, index, 0, {});
    const sleepers = state.parties.flatMap((party, i) => (party.asleep === word ? [i] : []));
    const rouse = (from: State, sleeper: number): State =>
      this.#proceed(from, sleeper, ok, { asleep: -1 });
    if (count >= sleepers.length) return [sleepers.reduce(rouse, woken)];
    if (count !== 1) throw new Error('the model wakes one or all');
    return sleepers.map((sleeper) => rouse(woken, sleeper));
  }

  /** The state after a party's pending action had this result. */
  #proceed(state: State, index: number, result: Result, change: Partial<PartyState>): State {
    const party = partyOf(state, index);
    const key = `${index} ${party.log.length} ${party.history?.id ?? 0} ${String(result)}`;
    let history = this.#histories.get(key);
    if (!history) {
      const before = party.history;
      const id = this.#histories.size + 1;
      history = { id, before, result, length: (before?.length ?? 0) + 1 };
      if (history.length > 400) {
        throw new Error(`party ${index} goes on for ever, on word ${JSON.stringify(this.#nextOf(state, index))}`);
      }
      this.#histories.set(key, history);
    }
    const standing = this.#replay(history, index, party.log.length);
    if ('next' in standing && standing.next.name === 'checkpoint') {
      // Whatever led here: from here on it makes no difference. One history stands for all.
      const place = `${index} ${party.log.length} ${standing.next.local}`;
      const known = this.#checkpoints.get(place);
      const next = { ...party, ...change, history: known ?? history };
      if (known) return this.#proceed(withParty(state, index, next), index, 0, {});
      this.#checkpoints.set(place, history);
      return this.#proceed(withParty(state, index, next), index, 0, {});
    }
    if ('next' in standing) return withParty(state, index, { ...party, ...change, history });
    const log = [...party.log, standing.achieved];
    return withParty(state, index, { ...party, ...change, history: undefined, log });
  }

  /** What the party does next; undefined when it has done everything. */
  #nextOf(state: State, index: number): Action | undefined {
    const { log, history } = partyOf(state, index);
    if (log.length === this.#scenario.parties[index]?.program.length) return undefined;
    const standing = this.#replay(history, index, log.length);
    if ('next' in standing) return standing.next;
    throw new Error('an operation must do something to the memory');
  }

  #replay(history: History | undefined, index: number, operation: number): Standing {
    // Only the empty history is the same for several operations.
    const key = history ? String(history.id) : `${index} ${operation}`;
    let standing = this.#standings.get(key);
    if (!standing) this.#standings.set(key, (standing = this.#run(history, index, operation)));
    return standing;
  }

  #run(history: History | undefined, index: number, operation: number): Standing {
    const results: Result[] = [];
    for (let at = history; at; at = at.before) results.push(at.result);
    let pending: Pending | undefined;
    const memory = this.#scenario.memory(index + 1, (action) => {
      const result = results.pop();
      if (result !== undefined) return result;
      // The first one: what runs while it is thrown does not happen.
      throw (pending ??= new Pending(action));
    });
    const run = this.#scenario.parties[index]?.program[operation];
    if (!run) throw new Error(`party ${index} has no operation ${operation}`);
    try {
      return { achieved: run(memory) };
    } catch (error) {
      if (error instanceof Pending) return { next: error.action };
      throw error;
    }
  }

  #end(state: State): End {
    return {
      shared: { words: [...state.shared.words], cells: [...state.shared.cells] },
      logs: state.parties.map(({ log }) => log),
      fates: state.parties.map((party, index) => {
        if (party.dead) return 'dead';
        return this.#nextOf(state, index) ? 'asleep' : 'finished';
      }),
    };
  }
}

/** Does an atomic read-modify-write; what the word held before. */
export function change(words: number[], action: Extract<Action, { value: number }>): number {
  const found = words[action.word] ?? 0;
  if (action.name === 'or') words[action.word] = found | action.value;
  else if (action.name !== 'swap' || found === action.expected) {
    words[action.word] = action.value | 0;
  }
  return found;
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
  const who = parties.map(
    ({ dead, log, history, asleep, timeOuts }) =>
      `${dead ? 'x' : (history?.id ?? 0)}/${asleep}/${timeOuts}/${log.join()}`,
  );
  return `${running} ${interruptions} ${who.join()}|${shared.words.join()}|${shared.cells.join()}`;
}
