/** The other side of a ring wrote what cannot be. */
export class RingError extends Error {
  override readonly name = 'RingError';
}
