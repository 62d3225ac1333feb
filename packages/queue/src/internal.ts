/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
export { decodeBytes, encodeBytes } from './encoding/bytes.js';
export { decodePlain } from './encoding/decode.js';
export { encodePlain } from './encoding/encode.js';
export { type Incoming, type IncomingMemory, readMessage } from './encoding/incoming.js';
export { Kind } from './encoding/kinds.js';
export type { Outgoing, OutgoingMemory } from './encoding/outgoing.js';
export { textMemory, type TextMemory } from './platform/node.js';
