import { NotCloneableError } from '@manycore/core';
import { Queue } from '@manycore/queue';
import { createHash, createSecretKey, generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { open } from 'node:fs/promises';
import { BlockList, SocketAddress } from 'node:net';
import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';

type Buffers = new (length: number, options: { maxByteLength: number }) => ArrayBuffer;

interface Wasm {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (descriptor: object) => object;
  Instance: new (module: object) => object;
  Table: new (descriptor: object) => object;
}
const { Module, Memory, Instance, Table } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
const emptyModule = new Module(Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]));

class Failure extends RangeError {
  readonly detail = { n: 1 };
}
class Point {
  readonly #secret = 1;
  x = this.#secret;
}

const certificate = `-----BEGIN CERTIFICATE-----
MIIBLjCB4aADAgECAhQAhZQaxsHu5ei6kDi90yshzcem/jAFBgMrZXAwDDEKMAgG
A1UEAwwBeDAgFw0yNjExMjQyMjM0MThaGA8yMTI2MTAzMTIyMzQxOFowDDEKMAgG
A1UEAwwBeDAqMAUGAytlcAMhAJVxBSBmHQHGv2sepcBnJ5l5fa0sXR0e4mhyM0Av
wD7uo1MwUTAdBgNVHQ4EFgQUxUxFQHJf4hFl1wSqA+LayBjwbqowHwYDVR0jBBgw
FoAUxUxFQHJf4hFl1wSqA+LayBjwbqowDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD
QQCK96EGBjqHXjMtpMsFqfx1ijP1tbzMXWKkTAJqcVFP8tsZsZ7d2tvHznmf9na+
JWkxHTzC5nh9RT4PIih873EK
-----END CERTIFICATE-----`;

function* generator(): Generator<number> {
  yield 1;
}

const both = ['threads', 'processes'] as const;
const threads = ['threads'] as const;
const none = [] as const;

/** Of what, and in which scopes it arrives. Elsewhere it is refused. */
const table: readonly (readonly [string, () => unknown, readonly ('threads' | 'processes')[]])[] = [
  ['a MessagePort', () => new MessageChannel().port1, none],
  ['a CryptoKey', () => webcrypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']), none],
  ['a Blob', () => new Blob(['x']), none],
  ['a secret KeyObject', () => createSecretKey(Buffer.alloc(8)), none],
  ['a public KeyObject', () => generateKeyPairSync('ed25519').publicKey, none],
  ['an X509Certificate', () => new X509Certificate(certificate), none],
  ['a Histogram', () => createHistogram(), none],
  ['an event loop monitor', () => monitorEventLoopDelay(), none],
  ['a BlockList', () => new BlockList(), none],
  ['a SocketAddress', () => new SocketAddress({}), none],
  ['a DOMException', () => new DOMException('stop', 'AbortError'), both],
  ['an error of a class of its own', () => new Failure('no'), both],
  ['an AggregateError', () => new AggregateError([new TypeError('a')], 'all'), both],
  ['a view of shared memory', () => new Uint16Array(new SharedArrayBuffer(8), 2, 2), threads],
  ['shared memory', () => new SharedArrayBuffer(8), threads],
  [
    'shared memory that grows',
    () => new (SharedArrayBuffer as unknown as Buffers)(8, { maxByteLength: 16 }),
    threads,
  ],
  ['memory that can be resized', () => new (ArrayBuffer as Buffers)(8, { maxByteLength: 16 }), both],
  [
    'a view of memory that can be resized',
    () => new Uint8Array(new (ArrayBuffer as Buffers)(8, { maxByteLength: 16 }), 2, 3),
    both,
  ],
  ['a WebAssembly.Module', () => emptyModule, threads],
  ['a shared WebAssembly.Memory', () => new Memory({ initial: 1, maximum: 1, shared: true }), threads],
  ['a WebAssembly.Memory', () => new Memory({ initial: 1 }), none],
  ['a WebAssembly.Instance', () => new Instance(emptyModule), none],
  ['a WebAssembly.Table', () => new Table({ element: 'anyfunc', initial: 1 }), none],
  ['a WeakRef', () => new WeakRef({}), none],
  ['a WeakMap', () => new WeakMap(), none],
  ['a Proxy', () => new Proxy({ a: 1n }, {}), none],
  ['a Proxy of a list', () => new Proxy([1n], {}), none],
  ['a Proxy that throws', () => new Proxy({}, { ownKeys: () => { throw new Error('hands off'); } }), none],
  ['a symbol', () => Symbol('x'), none],
  ['a boxed symbol', () => Object(Symbol('x')) as unknown, none],
  ['a function', () => () => 1, none],
  ['a class', () => Point, none],
  ['an Intl object', () => new Intl.DateTimeFormat(), none],
  ['a generator', () => generator(), none],
  ['an iterator', () => [1].values(), none],
  ['a URL', () => new URL('http://a'), none],
  ['a ReadableStream', () => new ReadableStream(), none],
  // Of these the platform itself makes an empty object.
  ['a hash', () => createHash('sha256'), both],
  ['an event emitter with a listener', () => new EventEmitter().on('x', () => undefined), none],
  ['an AbortSignal', () => new AbortController().signal, none],
  ['an object of a class', () => new Point(), both],
  ['an object with a tag of its own', () => ({ [Symbol.toStringTag]: 'Blob', a: 1n }), threads],
  ['the environment', () => process.env, none],
];

/** What a value is as a copy; what it arrives as where the clone says nothing of it. */
function sameAs(got: unknown, value: unknown): void {
  if (value instanceof Error) {
    expect(got).toBeInstanceOf(value.constructor);
    expect(got).toMatchObject({ name: value.name, message: value.message });
    return;
  }
  expect(Object.prototype.toString.call(got)).toBe(Object.prototype.toString.call(structuredClone(value)));
  expect(got).toEqual(structuredClone(value));
}

describe.each(both)('objects of the platform, scope %s', (scope) => {
  test.each(table)('%s arrives equal or is refused by its path', async (_, make, arrivesIn) => {
    const queue = new Queue<unknown>({ scope });
    const value = await make();
    for (const [whole, path] of [
      [value, 'value'],
      [{ a: [1n, value] }, 'value.a[1]'],
      [new Map([['k', { inner: value }]]), 'value<"k">.inner'],
    ] as const) {
      if (arrivesIn.includes(scope)) {
        await queue.put(whole);
        const got = await queue.get();
        if (path === 'value') sameAs(got, value);
        else if (got instanceof Map) sameAs((got.get('k') as { inner: unknown }).inner, value);
        else sameAs((got as { a: unknown[] }).a[1], value);
      } else {
        const error: unknown = await queue.put(whole).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(Error);
        if (!(error instanceof Error && error.message === 'hands off')) {
          expect(error).toBeInstanceOf(NotCloneableError);
          expect((error as Error).message).toContain(path);
          expect((error as Error).message).toContain('cannot be sent');
        }
        expect(() => queue.putSync(whole)).toThrow();
        expect(() => queue.tryPut(whole)).toThrow();
      }
    }
    expect(queue.size).toBe(0);
    await queue.put('next');
    expect(await queue.get()).toBe('next');
  });

  test('a FileHandle is refused, and stays open', async () => {
    const queue = new Queue<unknown>({ scope });
    await using handle = await open('/dev/null');
    await expect(queue.put({ handle })).rejects.toThrow(NotCloneableError);
    await expect(queue.put({ handle })).rejects.toThrow('value.handle');
    expect(handle.fd).toBeGreaterThan(0);
  });

  test('what is nested too deeply for another thread is refused where it is put', async () => {
    const queue = new Queue<unknown>({ scope });
    const nested = (depth: number): unknown => {
      let value: unknown = 1n;
      for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? { value } : [value];
      return value;
    };
    await queue.put(nested(900));
    expect(await queue.get()).toEqual(nested(900));
    for (const depth of [1100, 3000, 100_000]) {
      await expect(queue.put(nested(depth))).rejects.toThrow(NotCloneableError);
    }
    expect(queue.size).toBe(0);
  });
});
