import type * as Inspector from 'node:inspector';

import { inspectFunction } from './function-inspection.js';
import { InspectorSession } from './inspector-session.js';
import { mainModule, moduleUrl } from './modules.js';

/** Modules that this thread is known to have loaded. They stay loaded. */
const loaded = new Set<string>();

/**
 * Whether this thread's program has loaded a module, by its own imports. Asks the engine for the list of
 * scripts, which costs 20–30 ms the first time and 4 ms each time that a module is not found in it.
 */
export function isModuleLoaded(module: string): boolean {
  if (loaded.has(module) || module === mainModule()) return true;
  try {
    using session = new InspectorSession();
    for (const script of session.scriptUrls().values()) {
      const url = moduleUrl(script);
      if (url !== undefined) loaded.add(url);
    }
  } catch {
    // This runtime has no inspector. Then the sender of an error could not name its class either.
  }
  return loaded.has(module);
}

/**
 * Finds an error class that is loaded in this thread by the module and name it was defined with, also
 * where it is not exported. Walks the heap (about 0.1 s): for test runners, whose modules `import`
 * cannot reach.
 */
export function findLoadedClass(module: string, className: string): unknown {
  try {
    return loadedErrorClasses().find(
      (candidate) => candidate.name === className && definedIn(candidate, module),
    );
  } catch {
    return undefined;
  }
}

function definedIn(constructor: object, module: string): boolean {
  const { script } = inspectFunction(constructor);
  return script !== undefined && moduleUrl(script) === module;
}

const collect = Symbol.for('manycore.collectedPrototypes');

/** The constructors of all prototypes that inherit from `Error.prototype`. */
function loadedErrorClasses(): { readonly name: string }[] {
  using session = new InspectorSession();
  const collected = globalThis as { [collect]?: object[] };
  try {
    const { result: prototype } = session.evaluate('Error.prototype');
    const { objects } = session.call('Runtime.queryObjects', {
      prototypeObjectId: prototype.objectId,
    }) as Inspector.Runtime.QueryObjectsReturnType;
    session.call('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: `function () { globalThis[Symbol.for('manycore.collectedPrototypes')] = this; }`,
    });
    const constructors = (collected[collect] ?? []).flatMap((object) => {
      const constructor = Object.getOwnPropertyDescriptor(object, 'constructor')?.value as unknown;
      return typeof constructor === 'function' ? [constructor] : [];
    });
    return [...new Set(constructors)];
  } finally {
    Reflect.deleteProperty(collected, collect);
  }
}
