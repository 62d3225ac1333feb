import * as model from '@manycore/model';

import { ModelMemory } from './model-memory.js';

export { change, type End } from '@manycore/model';

export type Operation = model.Operation<ModelMemory>;
export type Scenario = Omit<model.Scenario<ModelMemory>, 'memory'>;

/** Explores a scenario whose parties share a ring. */
export function explore(scenario: Scenario, limit?: number): number {
  return model.explore(
    { ...scenario, memory: (self, act) => new ModelMemory(self, act) },
    limit,
  );
}
