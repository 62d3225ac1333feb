export { change, explore } from './explore.js';
export {
  Aborted,
  type Action,
  fieldsOf,
  ModelWords,
  type Result,
  type Shared,
  type Waking,
} from './model-words.js';
export { deep } from './platform/node.js';
export { ModelOf } from './report.js';
export type { End, Fate, Operation, Party, Program, Scenario } from './scenario.js';
