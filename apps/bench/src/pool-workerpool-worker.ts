import workerpool from 'workerpool';
import { spin, square } from './pool-tasks.js';

workerpool.worker({ spin, square });
