import type { Redis } from 'ioredis';
import { RedisRefusedError } from '../errors.js';
import { emitWarning } from '../platform/node.js';

/** How long (ms) Redis may be away, at least, until a warning says so: a restart takes a while. */
const leastPatience = 5000;

/** What Redis answers to a client that may not use it, whatever that sends. */
const refusingReply = /\b(?:WRONGPASS|NOAUTH|NOPERM|DENIED)\b|^ERR (?:AUTH|invalid password|Client sent AUTH)\b/;

/** What Node finds wrong with the certificate of a server. */
const refusingCode =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** What becomes of a connection that is made anew whenever it breaks. */
export interface ConnectionEvents {
  /** Another attempt would end the same, until a setting is changed. */
  refused(error: RedisRefusedError): void;
  /** It is there. */
  accepted(): void;
}

/** Tells of a connection that is refused, and warns of a Redis that is away for long; `who` waits for it. */
export function watchConnection(redis: Redis, lease: number, who: string, events: ConnectionEvents): void {
  const patience = Math.max(lease, leastPatience);
  let awaySince: number | undefined = performance.now();
  let warned = false;
  redis.on('ready', () => {
    awaySince = undefined;
    warned = false;
    events.accepted();
  });
  redis.on('close', () => {
    awaySince ??= performance.now();
  });
  // With each attempt that fails.
  redis.on('error', (cause: Error & { readonly code?: string }) => {
    const { host = 'localhost', port = 6379 } = redis.options;
    if (refusingReply.test(cause.message) || refusingCode.test(cause.code ?? '')) {
      events.refused(new RedisRefusedError(refusalText(who, `${host}:${port}`, cause), { cause }));
      return;
    }
    if (warned || awaySince === undefined || performance.now() - awaySince < patience) return;
    warned = true;
    const why = cause.message === '' ? (cause.code ?? cause.name) : cause.message;
    emitWarning(new Error(`${who}: Redis cannot be reached at ${host}:${port} (${why}); it is tried again until it can`));
  });
}

function refusalText(who: string, place: string, { message, code }: Error & { readonly code?: string }): string {
  if (refusingCode.test(code ?? '')) {
    const setting = 'name who signed it: connection: { host, port, tls: { ca } }, or the variable NODE_EXTRA_CA_CERTS';
    return `${who} refuses the certificate of Redis at ${place}: ${message}; ${setting}`;
  }
  const setting = "give a user and a password that it knows: connection: 'redis://USER:PASSWORD@HOST:PORT'";
  // NOAUTH comes with a manual.
  const [reason] = message.split(/[,.]/, 1);
  return `Redis at ${place} refuses ${who}: ${reason}; ${setting}`;
}
