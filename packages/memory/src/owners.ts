/**
 * Owners, and whether they still live. An owner is a thread: of this process (scope 'threads'),
 * or of any process that shares the memory (scope 'processes').
 */
export interface Owners {
  /** The id of the calling thread: positive, below 2 ** 30, never used again while a thread could ask. */
  self(): number;
  /** Whether the owner still lives; exact for killed processes, zombies and terminated threads. */
  alive(id: number): boolean;
}
