// @ts-check
// `npm start`: installs, builds the demo and what it needs, and runs it with the given arguments.
import { build, run, setup } from './stages.mjs';

const demo = '@manycore/demo';
process.exitCode =
  setup() && build(demo) ? run('node', ['apps/demo/dist/main.js', ...process.argv.slice(2)]) : 1;
