/**
 * Values by name, each kept only as long as something else holds it: what a thread has once for each piece of
 * shared memory that it uses.
 */
export class WeakValues<T extends object> {
  readonly #values = new Map<string, WeakRef<T>>();
  readonly #collected = new FinalizationRegistry<string>((name) => {
    if (!this.#values.get(name)?.deref()) this.#values.delete(name);
  });

  get(name: string): T | undefined {
    return this.#values.get(name)?.deref();
  }

  /** The value of a name; `make` makes it if there is none. */
  getOrMake(name: string, make: () => T): T {
    const known = this.get(name);
    if (known) return known;
    const value = make();
    this.#values.set(name, new WeakRef(value));
    this.#collected.register(value, name);
    return value;
  }

  /** Those that are still in use. */
  *values(): Generator<T, void, undefined> {
    for (const reference of this.#values.values()) {
      const value = reference.deref();
      if (value) yield value;
    }
  }
}
