import { pack } from '../message/pack.js';
import { mainModule } from '../platform/modules.js';
import { sharedState } from '../shared-state.js';
import type { TargetRef } from '../target/target.js';
import type { Destination, Transferable } from './endpoint.js';
import type { Call } from './protocol.js';

/** The message that asks for a call, and what is transferred with it. */
export interface OutgoingCall {
  readonly message: Call;
  readonly transfer: readonly Transferable[];
}

/** @throws NotCloneableError naming the argument that cannot cross. */
export function createCall(
  id: number,
  target: TargetRef,
  args: readonly unknown[],
  to: Destination,
  handedOver: readonly Transferable[] = [],
): OutgoingCall {
  const { packed, transfer } = pack(args, to, 'args', handedOver);
  return {
    message: { kind: 'call', id, target, args: packed, main: programModule() },
    transfer: to === 'process' ? [] : [...new Set([...transfer, ...handedOver])],
  };
}

const program = sharedState('program', (): { main?: string | undefined } => ({}));

/** In a worker: takes over the main module that its parent named, to name it to workers of its own. */
export function inheritMain(main: string | undefined): void {
  program.main = main;
}

/** The URL of the program's main module, also in a worker. */
export function programModule(): string | undefined {
  return program.main ?? mainModule();
}
