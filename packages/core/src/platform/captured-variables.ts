import { isArrowText } from '../function-text.js';
import type { EnclosingVariable } from './function-inspection.js';
import { InspectorSession } from './inspector-session.js';

/**
 * The variables around a function that it captures, found by the engine itself: the function's text is
 * compiled again, but not run, inside a function whose parameters have the names in question; its scope
 * then holds exactly the captured ones.
 */
export function capturedVariables(
  source: string,
  enclosing: readonly EnclosingVariable[],
): EnclosingVariable[] {
  // An inner variable hides an outer one of its name.
  const around = enclosing.filter(
    ({ name }, index) => enclosing.findIndex((other) => other.name === name) === index,
  );
  const [innermost] = around;
  if (!innermost) return [];
  // The engine does not show `this`, which an arrow function has from around it: another name does.
  const text = isArrowText(source) ? source.replace(/\bthis\b/g, stand) : source;
  const names = around.map(({ name }) => name).filter((name) => identifier.test(name));
  const captured = compile(text, [...names, stand]);
  const isCaptured = (name: string): boolean => captured?.has(name) ?? mentions(text, name);
  return [
    ...around.filter(({ name }) => isCaptured(name)),
    ...(isCaptured(stand) ? [{ name: 'this', owner: innermost.owner }] : []),
  ];
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const stand = '$this$';

/** Those of `names` that are captured; undefined for a text that does not compile by itself (it uses `super`). */
function compile(source: string, names: readonly string[]): Set<string> | undefined {
  // Outside a module `import.meta` does not compile. It captures nothing.
  const text = source.replace(/\bimport\s*\.\s*meta\b/g, '({})');
  using session = new InspectorSession();
  // A method's text is one only within an object.
  for (const expression of [`(${text})`, `Object.values({ ${text} })[0]`]) {
    const fn = session.evaluatePure(`((${names.join(', ')}) => ${expression})()`);
    if (fn?.type !== 'function') continue;
    const own = session.scopes(fn).filter(({ kind }) => kind === 'Closure');
    return new Set(own.flatMap(({ object }) => session.properties(object)).map(({ name }) => name));
  }
  return undefined;
}

/** Whether a text uses a name, other than as a property. A direct `eval` may use any. */
function mentions(source: string, name: string): boolean {
  if (/(?<![\w$.])eval\s*\(/.test(source)) return true;
  const escaped = name.replace(/[$]/g, '\\$&');
  return new RegExp(`(?<![\\w$.]|\\.\\s)${escaped}(?![\\w$])|\\.\\.\\.${escaped}(?![\\w$])`).test(
    source,
  );
}
