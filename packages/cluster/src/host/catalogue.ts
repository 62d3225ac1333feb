import { registeredNames, registeredTasks } from '@manycore/core/internal';

/** The functions that a host can run, by the names under which its modules registered them. */
export class Catalogue {
  readonly version: string;
  readonly #modules = new Map<string, string>();

  /**
   * Imports the modules. What they register, also in modules that they import, is what the host can run.
   *
   * @throws Error for a name that two modules register, and when nothing is registered.
   */
  static async load(modules: readonly string[], version: string): Promise<Catalogue> {
    // One that has registered its functions is loaded: perhaps it is the main module, which waits for this.
    for (const module of modules) if (registeredNames(module).length === 0) await import(module);
    const catalogue = new Catalogue(version);
    for (const { module, name } of registeredTasks()) catalogue.#add(module, name);
    if (catalogue.#modules.size > 0) return catalogue;
    throw new Error(
      'there is nothing to serve: no module that was imported registers functions. ' +
        'Write export const { add } = tasks(import.meta.url, { add: … }) in it',
    );
  }

  private constructor(version: string) {
    this.version = version;
  }

  get names(): string[] {
    return [...this.#modules.keys()];
  }

  /** The module that registers this name; undefined when the host does not know it. */
  find(name: string, version: string): string | undefined {
    return version === this.version ? this.#modules.get(name) : undefined;
  }

  #add(module: string, name: string): void {
    const known = this.#modules.get(name);
    if (known !== undefined && known !== module) {
      throw new Error(`both ${known} and ${module} register \`${name}\`: in a cluster a name stands for one function`);
    }
    this.#modules.set(name, module);
  }
}
