// The file that the host of a pool's blocking calls runs, where the program is not bundled.
import { processSpawner, registerSpawner, threadSpawner } from '../transport/spawners.js';

export { serve } from './host.js';

registerSpawner('thread', threadSpawner);
registerSpawner('process', processSpawner);
