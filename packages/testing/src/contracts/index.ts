export { workerContract } from './worker/contract.js';
export { lieContract } from './worker/lies.js';
export type { WorkerKit, ContractWorker, ContractOptions } from './worker/kit.js';
export { type OwnTargets, typescriptContract } from './worker/typescript.js';
export {
  type ContractEndpoint,
  endpointContract,
  type EndpointKit,
  serveEcho,
} from './endpoint.js';
