export { change, type End, explore, type Fate, type Operation, type Party, type Program, type Scenario } from './explore.js';
export { type Action, ModelWords, type Result, type Shared, sleepResults } from './model-words.js';
