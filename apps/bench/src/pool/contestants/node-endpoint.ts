import adapter from 'comlink/dist/umd/node-adapter.js';

/** Comlink's adapter for Node's workers. Its declarations call `default` what is the module itself. */
export const nodeEndpoint: typeof adapter.default = adapter as unknown as typeof adapter.default;
