export { activityContract } from './activity/contract.js';
export { lieContract } from './activity/lies.js';
export type { ActivityKit, ContractActivity, ContractOptions } from './activity/kit.js';
export { type OwnTargets, typescriptContract } from './activity/typescript.js';
export {
  type ContractEndpoint,
  endpointContract,
  type EndpointKit,
  serveEcho,
} from './endpoint.js';
