/** One class for both packages: the locks of shared values throw it as well. */
export { OwnerDiedError } from '@manycore/memory';
