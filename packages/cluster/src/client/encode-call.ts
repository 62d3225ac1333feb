import { NotCloneableError } from '@manycore/core';
import type { CallPayload } from '@manycore/pool/internal';
import { encodeBytes } from '@manycore/queue/internal';
import { PayloadTooLargeError } from '../errors.js';
import { toBase64 } from '../platform/node.js';

/**
 * The arguments or items of a call, for a job.
 *
 * @throws NotCloneableError, PayloadTooLargeError
 */
export function encodeCall(
  { target, values, root, offset, shape }: Pick<CallPayload, 'target' | 'values' | 'root' | 'offset' | 'shape'>,
  maxPayload: number,
): string {
  const bytes = encodeValues(values, root, offset);
  if (bytes.byteLength <= maxPayload) return toBase64(bytes);
  const advice = shape === 'call' ? '' : 'Give a smaller chunkSize, or: ';
  throw new PayloadTooLargeError(
    `the ${root} of \`${target.name}\` take ${bytes.byteLength} bytes, more than maxPayload (${maxPayload} bytes). ` +
      `${advice}write them to a file or an object store and pass its name; or raise maxPayload here and at the ` +
      'worker hosts, which costs Redis as much memory for each call that waits',
  );
}

function encodeValues(values: readonly unknown[], root: string, offset: number): Uint8Array {
  try {
    return encodeBytes(values, root);
  } catch (error) {
    if (!(error instanceof NotCloneableError) || offset === 0) throw error;
    // The path counts from the first item of the chunk; the caller counts from the first of all.
    const text = error.message.replace(/^items\[(\d+)\]/, (_, index) => `items[${offset + Number(index)}]`);
    throw new NotCloneableError(text, { cause: error.cause });
  }
}
