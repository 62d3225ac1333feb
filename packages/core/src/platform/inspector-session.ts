import type * as Inspector from 'node:inspector';

/**
 * Gives this realm `Symbol.dispose` and `Symbol.asyncDispose` where it lacks them: a test runner's `vm` context
 * on Node 20, which has them in the main realm only. They are the same symbols, so that `using` works with Node's
 * own objects too.
 *
 * Called before any class with such a method is defined.
 */
function defineDisposeSymbols(): void {
  for (const name of ['dispose', 'asyncDispose']) {
    if (name in Symbol) continue;
    const { runInThisContext } = process.getBuiltinModule('node:vm');
    Object.defineProperty(Symbol, name, { value: runInThisContext(`Symbol.${name}`) });
  }
}

defineDisposeSymbols();

/** An object that the engine shows, as an inspector session names it. */
type RemoteObject = Inspector.Runtime.RemoteObject;

/** A scope that a function can see, from `[[Scopes]]`. */
export interface Scope {
  readonly object: RemoteObject;
  /** `Closure`, `Block`, `Catch`, `Module`, `Script`, `Global`, … */
  readonly kind: string;
  /** The name of the function whose scope it is, or '' for an anonymous one. */
  readonly owner: string;
}

/**
 * An inspector session of the calling thread with itself: it answers before a call returns.
 *
 * @throws when the runtime has no such inspector (Bun, Deno, Node's permission model).
 */
export class InspectorSession {
  readonly #session: Inspector.Session;

  constructor() {
    const { Session } = process.getBuiltinModule('node:inspector');
    this.#session = new Session();
    this.#session.connect();
  }

  call(method: string, params?: object): unknown {
    let failure: Error | null = null;
    let answer: unknown;
    this.#session.post(method, params, (error, result) => {
      failure = error;
      answer = result;
    });
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set by the callback
    if (failure !== null) throw failure as Error;
    return answer;
  }

  evaluate(expression: string): Inspector.Runtime.EvaluateReturnType {
    return this.call('Runtime.evaluate', { expression }) as Inspector.Runtime.EvaluateReturnType;
  }

  /** Evaluates what must change nothing: an expression that would is ended, and gives undefined. */
  evaluatePure(expression: string): RemoteObject | undefined {
    const params = { expression, throwOnSideEffect: true };
    const { result, exceptionDetails } = this.call(
      'Runtime.evaluate',
      params,
    ) as Inspector.Runtime.EvaluateReturnType;
    return exceptionDetails ? undefined : result;
  }

  /** The names and values of an object's own properties. */
  properties(object: RemoteObject): Inspector.Runtime.PropertyDescriptor[] {
    return this.#properties(object).result;
  }

  /** One of the properties that only a debugger sees, such as `[[Scopes]]`. */
  internalProperty(object: RemoteObject, name: string): RemoteObject | undefined {
    const { internalProperties = [] } = this.#properties(object);
    return internalProperties.find((property) => property.name === name)?.value;
  }

  /** The scopes around a function, from the innermost to the global one. */
  scopes(fn: RemoteObject): Scope[] {
    const list = this.internalProperty(fn, '[[Scopes]]');
    if (!list) return [];
    return this.properties(list)
      .filter((property) => /^\d+$/.test(property.name))
      .flatMap(({ value }) => (value ? [value] : []))
      .map((object) => {
        const [, kind = '', owner = ''] =
          /^(\w+)(?: \((.*)\))?$/.exec(object.description ?? '') ?? [];
        return { object, kind, owner };
      });
  }

  /**
   * The URLs of the program's scripts by their ids, perhaps not of each: those whose functions V8 counts. A fifth of
   * the time that the whole list takes, for which V8 hashes the text of each script, Node's own included. The profiler
   * stays off: to disable it would end the coverage that others measure.
   */
  countedScriptUrls(): Map<string, string> {
    const { result } = this.call('Profiler.getBestEffortCoverage') as Inspector.Profiler.GetBestEffortCoverageReturnType;
    return new Map(result.map(({ scriptId, url }) => [scriptId, url]));
  }

  /** The URLs of all scripts by their ids. Costs 20–30 ms the first time in a thread, then some 4 ms. */
  scriptUrls(): Map<string, string> {
    const urls = new Map<string, string>();
    // Enabling the debugger reports every script there is, before the call returns.
    this.#session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
    this.call('Debugger.enable');
    this.call('Debugger.disable');
    return urls;
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }

  #properties({ objectId }: RemoteObject): Inspector.Runtime.GetPropertiesReturnType {
    const params = { objectId, ownProperties: true };
    return this.call('Runtime.getProperties', params) as Inspector.Runtime.GetPropertiesReturnType;
  }
}
