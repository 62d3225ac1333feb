import type * as Inspector from 'node:inspector';

/** A variable that a function captures from a scope around it. */
export interface CapturedVariable {
  readonly name: string;
  /** The name of the function whose scope it is, or '' for an anonymous one. */
  readonly owner: string;
}

/** What the engine knows of a function. */
export interface FunctionInspection {
  /** The URL or path of the script that defines the function; undefined for native code. */
  readonly script: string | undefined;
  /** The variables in scopes between the function and the top level of its module. */
  readonly enclosing: readonly CapturedVariable[];
  /** True for functions made by `bind`. */
  readonly bound: boolean;
}

type Scope = Inspector.Runtime.RemoteObject;
const scopePattern = /^(\w+)(?: \((.*)\))?$/;
/** A script's URL never changes, so it is asked for once. */
const scriptUrls = new Map<string, string>();
const probe: unique symbol = Symbol.for('manycore.inspected');

/**
 * Asks the engine, through an inspector session of this very thread, where a function was defined and
 * what is in the scopes around it. Costs 20–30 ms the first time (the list of scripts), then 0.2–4 ms.
 * The debugger is off again when it returns, so nothing runs slower afterwards.
 *
 * @throws when the runtime has no such inspector (Bun, Deno, Node's permission model).
 */
export function inspectFunction(fn: object): FunctionInspection {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  const slot = globalThis as { [probe]?: object | undefined };
  try {
    slot[probe] = fn;
    const { result } = call(session, 'Runtime.evaluate', {
      expression: "globalThis[Symbol.for('manycore.inspected')]",
    }) as Inspector.Runtime.EvaluateReturnType;
    const { internalProperties = [] } = propertiesOf(session, result);
    const internal = (name: string): Scope | undefined =>
      internalProperties.find((property) => property.name === name)?.value;
    const location = internal('[[FunctionLocation]]')?.value as
      | Inspector.Debugger.Location
      | undefined;
    const scopes = internal('[[Scopes]]');
    return {
      script: location && scriptUrl(session, location.scriptId),
      enclosing: scopes ? enclosingVariables(session, scopes) : [],
      bound: internal('[[TargetFunction]]') !== undefined,
    };
  } finally {
    slot[probe] = undefined;
    session.disconnect();
  }
}

function enclosingVariables(session: Inspector.Session, list: Scope): CapturedVariable[] {
  const scopes = propertiesOf(session, list)
    .result.filter((property) => /^\d+$/.test(property.name))
    .flatMap((property) => (property.value ? [property.value] : []))
    .map((scope) => {
      const [, kind = '', owner = ''] = scopePattern.exec(scope.description ?? '') ?? [];
      return { scope, kind, owner };
    });
  const inModule = scopes.some(({ kind }) => kind === 'Module');
  const local = scopes.filter(({ kind }) => !['Module', 'Script', 'Global'].includes(kind));
  // CommonJS and test runners wrap a module's text in a nameless function: its scope is the top level.
  const outermost = local.at(-1);
  if (!inModule && outermost?.kind === 'Closure' && outermost.owner === '') local.pop();
  return local.flatMap(({ scope, owner }) =>
    propertiesOf(session, scope).result.map(({ name }) => ({ name, owner })),
  );
}

function scriptUrl(session: Inspector.Session, scriptId: string): string | undefined {
  if (!scriptUrls.has(scriptId)) {
    // Enabling the debugger reports every script there is, before the call returns.
    session.on('Debugger.scriptParsed', ({ params }) => scriptUrls.set(params.scriptId, params.url));
    call(session, 'Debugger.enable');
    call(session, 'Debugger.disable');
  }
  return scriptUrls.get(scriptId);
}

function propertiesOf(
  session: Inspector.Session,
  object: Scope,
): Inspector.Runtime.GetPropertiesReturnType {
  return call(session, 'Runtime.getProperties', {
    objectId: object.objectId,
    ownProperties: true,
  }) as Inspector.Runtime.GetPropertiesReturnType;
}

/** A session on the calling thread answers before `post` returns. */
function call(session: Inspector.Session, method: string, params?: object): unknown {
  let failure: Error | null = null;
  let answer: unknown;
  session.post(method, params, (error, result) => {
    failure = error;
    answer = result;
  });
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set by the callback
  if (failure !== null) throw failure as Error;
  return answer;
}
