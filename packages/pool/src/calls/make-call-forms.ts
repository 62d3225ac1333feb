import type { Target } from '@manycore/core';
import type { TargetRef } from '@manycore/core/internal';
import type { CallExecutor } from '../executor/call.js';
import { CallForms } from './call-forms.js';

/**
 * Call forms for a pool of another package: their constructor is left out of the declarations. In a file of its own,
 * so that these internal types stay out of the public ones.
 */
export function makeCallForms(executor: CallExecutor, locate: (fn: Target) => TargetRef): CallForms {
  return new CallForms(executor, locate);
}
