import { type AnyFunction, ManycoreError } from '@manycore/core';
import {
  type Destination,
  isKnownModule,
  locate,
  programModule,
  resolveTarget,
  type TargetRef,
} from '@manycore/core/internal';

/** The actions that other threads' barriers brought to this one, by module and name. */
const loaded = new Map<string, AnyFunction>();

/** What the last party to arrive does before all go on; it crosses like the target of a thread. */
export class BarrierAction {
  #fn: AnyFunction | undefined;
  readonly #ref: TargetRef | undefined;

  private constructor(fn: AnyFunction | undefined, ref: TargetRef | undefined) {
    this.#fn = fn;
    this.#ref = ref;
  }

  static of(fn: AnyFunction): BarrierAction {
    return new BarrierAction(fn, undefined);
  }

  /** The action that arrived in this thread as `ref`. */
  static arrived(ref: TargetRef): BarrierAction {
    return new BarrierAction(loaded.get(keyOf(ref)), ref);
  }

  /**
   * Loads what `arrived` needs, from a module that this thread's program has loaded, or that its parent
   * told it of. Another one is not imported because a barrier that arrived names it.
   */
  static async load(ref: TargetRef): Promise<AnyFunction | undefined> {
    const known = loaded.get(keyOf(ref));
    if (known) return known;
    if (!isKnownModule(ref.module)) return undefined;
    const fn = await resolveTarget(ref, programModule());
    loaded.set(keyOf(ref), fn);
    return fn;
  }

  /** What crosses. @throws TargetNotFoundError for what no other thread could find, such as a closure. */
  refer(to: Destination): TargetRef {
    return this.#ref ?? locate(this.#function, to);
  }

  /** What a worker may import to which its parent sends the action. */
  static modules(ref: TargetRef | undefined): readonly string[] {
    return ref ? [ref.module] : [];
  }

  async run(): Promise<void> {
    if (!this.#fn && this.#ref) this.#fn = await BarrierAction.load(this.#ref);
    await call(this.#function);
  }

  runSync(): void {
    const result = call(this.#function);
    if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
      throw new TypeError(
        'the action of a Barrier must not be asynchronous where waitSync() runs it: use wait()',
      );
    }
  }

  get #function(): AnyFunction {
    if (this.#fn) return this.#fn;
    throw new ManycoreError(
      'MANYCORE_ACTION_NOT_LOADED',
      `the Barrier's action \`${this.#ref?.name ?? ''}\` is not loaded in this thread: ` +
        `import ${this.#ref?.module ?? 'its module'} before the Barrier arrives`,
    );
  }
}

function call(fn: AnyFunction): unknown {
  return fn();
}

function keyOf({ module, name, source = '' }: TargetRef): string {
  return `${module}#${name}#${source}`;
}
