export * from '@manycore/core';
export * from '@manycore/memory';
export * from '@manycore/pool';
export * from '@manycore/process';
export * from '@manycore/queue';
export * from '@manycore/sync';
export * from '@manycore/thread';
