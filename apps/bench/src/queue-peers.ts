// The queue and the pipe beside what else there is: all in one run, in one table.
import { closers } from './queue-contenders.js';
import { latencySections } from './queue-latency.js';
import { processSections } from './queue-processes.js';
import { report } from './queue-section.js';
import { threadSections } from './queue-threads.js';

await report([...threadSections, ...processSections, ...latencySections]);
for (const close of closers) await close();
