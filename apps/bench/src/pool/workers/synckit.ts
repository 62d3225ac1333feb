import { runAsWorker } from 'synckit';
import { square } from '../tasks.js';

runAsWorker(square);
