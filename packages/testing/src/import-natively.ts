/**
 * Imports a module as Node does, also in a test file, where `import` yields what the test runner makes
 * of it: for tests of what the engine says of code.
 */
export async function importNatively<T = unknown>(url: URL): Promise<T> {
  return (await import(url.href)) as T;
}
