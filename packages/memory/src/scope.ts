/** Who can reach a shared thing: the threads of one process, or other processes as well. */
export type Scope = 'threads' | 'processes';
