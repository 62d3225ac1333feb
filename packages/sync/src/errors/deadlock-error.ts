/** One class for both packages: the locks of shared values throw it as well. */
export { DeadlockError } from '@manycore/memory';
