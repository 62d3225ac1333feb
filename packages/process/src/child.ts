import { runProcess } from './run-process.js';

// The entry of every process.
runProcess();
