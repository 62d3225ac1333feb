export { activityContract } from './activity/contract.js';
export type { ActivityKit, ContractActivity, ContractOptions } from './activity/kit.js';
