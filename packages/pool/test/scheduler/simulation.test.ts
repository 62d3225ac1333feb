import { repeatRounds } from '@manycore/testing';
import { expect, test } from 'vitest';
import { type Census, Simulation } from './simulation.js';

/** `REPEAT=100000` for the full run, `SEED=n` for one schedule. */
const schedules = Math.max(repeatRounds ?? 0, 3000);
const only = process.env['SEED'];

test('random schedules keep every guarantee of the scheduler', { timeout: 600_000 }, () => {
  const census: Census = {};
  const first = only === undefined ? 1 : Number(only);
  const last = only === undefined ? schedules : first;
  for (let seed = first; seed <= last; seed += 1) {
    try {
      new Simulation(seed, census).run();
    } catch (error) {
      throw new Error(`the schedule of SEED=${seed} failed: ${String(error)}`, { cause: error });
    }
  }
  if (only !== undefined) return;
  // The schedules are worth something only if all of this happens in them.
  for (const event of [
    ...['start', 'send', 'abort', 'recall', 'retire', 'kill', 'timer', 'ended', 'scarce'],
    ...['ok', 'failed', 'fatal', 'unsendable', 'aborted', 'cancelled', 'timed-out', 'died'],
    ...['warm-up done', 'warm-up closing', 'broken', 'terminated', 'recall answered recalled', 'recall answered begun'],
    ...['beside each other', 'died for another task', 'died alone'],
  ]) {
    expect(census[event], event).toBeGreaterThan(schedules / 100);
  }
});
