// The file that the host of a pool's blocking calls runs, where the program is not bundled.
import { processSpawner } from '../transport/process-spawner.js';
import { registerSpawner } from '../transport/spawners.js';
import { threadSpawner } from '../transport/thread-spawner.js';

export { serve } from './host.js';

registerSpawner('thread', threadSpawner);
registerSpawner('process', processSpawner);
