import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';

const allowed: RegExp[] = [];

/** Accepts warnings whose `name: message` matches, in this test file: it provokes them on purpose. */
export function allowWarnings(...patterns: readonly RegExp[]): void {
  allowed.push(...patterns);
}

/**
 * A test during which the process warns fails, with the warning's stack. The workspace's vitest
 * configuration calls it for every test file.
 */
export function expectNoWarnings(): void {
  let warnings: Error[] = [];
  const listen = (warning: Error): void => {
    const text = `${warning.name}: ${warning.message}`;
    if (!allowed.some((pattern) => pattern.test(text))) warnings.push(warning);
  };

  beforeEach(() => {
    warnings = [];
    process.on('warning', listen);
  });

  afterEach(async () => {
    // Warnings are emitted on the next tick.
    await setImmediate();
    process.off('warning', listen);
    if (warnings.length > 0) {
      throw new Error(`the process warned:\n${warnings.map(describe).join('\n')}`);
    }
  });
}

function describe(warning: Error): string {
  return warning.stack ?? `${warning.name}: ${warning.message}`;
}
