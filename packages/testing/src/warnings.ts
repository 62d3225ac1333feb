import { afterEach, beforeEach } from 'vitest';
import { setImmediate } from 'node:timers/promises';

/**
 * Call it at the top of a test file (the root configuration does, for every file): a test during
 * which the process warns fails, with the warning's stack. `allow` lists patterns of warnings that
 * a test means to provoke.
 */
export function expectNoWarnings(allow: readonly RegExp[] = []): void {
  let warnings: Error[] = [];
  const listen = (warning: Error): void => {
    if (!allow.some((pattern) => pattern.test(`${warning.name}: ${warning.message}`))) {
      warnings.push(warning);
    }
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
