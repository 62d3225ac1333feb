import { ProtocolError } from '../errors/protocol-error.js';
import { unpack } from '../message/unpack.js';
import type { Answer } from './protocol.js';

/** What a worker answered: fulfilled with what was returned, rejected with what was thrown. */
export async function readAnswer(answer: Partial<Answer>): Promise<unknown> {
  const { outcome } = answer;
  if (outcome !== 'returned' && outcome !== 'threw') {
    throw new ProtocolError(
      'an answer arrived that says neither what was returned nor what was thrown: code in the thread or ' +
        'process that sent it uses the channel of manycore, or runs another version of it',
    );
  }
  const answered = await unpack((answer as Answer).value);
  if (outcome === 'threw') throw answered;
  return answered;
}
