/** Keeps a processor busy: so many rounds of some milliseconds each. Returns what it computed. */
export function burn(rounds: number): number {
  let state = 1;
  for (let step = 0; step < rounds * stepsPerRound; step += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  }
  return state;
}

const stepsPerRound = 2_000_000;
