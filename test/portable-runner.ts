import { type RunnerTestCase as Test, TestRunner } from 'vitest';

/**
 * For `npm run test-on -- portable`: skips each test that asks for scope 'processes', which only Linux has. It is
 * one that says so in its name, or ends with the error that the library has for it. Any other failure counts.
 */
export default class PortableRunner extends TestRunner {
  async runTask(test: Test): Promise<void> {
    const note = "scope 'processes' is not available here";
    if (/\bscope '?processes\b/.test(nameOf(test))) test.context.skip(note);
    try {
      await TestRunner.getTestFn(test)();
    } catch (error) {
      if (isUnavailable(error)) test.context.skip(note);
      throw error;
    }
  }
}

function nameOf({ name, suite }: Test): string {
  const names = [name];
  for (let outer = suite; outer; outer = outer.suite) names.unshift(outer.name);
  return names.join(' ');
}

/** Whether an error says it, or was caused by one that does, or is about one that was not expected. */
function isUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, cause, errors, actual } = error as Partial<
    Record<'code' | 'message' | 'cause' | 'errors' | 'actual', unknown>
  >;
  return (
    code === 'MANYCORE_PROCESSES_UNAVAILABLE' ||
    /scope 'processes' (?:needs|works) /.test(String(message)) ||
    isUnavailable(cause) ||
    isUnavailable(actual) ||
    (Array.isArray(errors) && errors.some(isUnavailable))
  );
}
