import { pack } from '../message/pack.js';
import { knownHandleModules, modulesOf } from '../message/trusted-modules.js';
import type { TargetRef } from '../target/target.js';
import type { Destination, Transferable } from './endpoint.js';
import { programModule } from './program.js';
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
  transferred: readonly Transferable[] = [],
): OutgoingCall {
  const { packed, transfer } = pack(args, to, 'args', transferred);
  const modules = [...new Set([...knownHandleModules(), ...modulesOf(packed)])];
  return {
    message: { kind: 'call', id, target, args: packed, main: programModule(), modules },
    transfer: to === 'process' ? [] : [...new Set([...transfer, ...transferred])],
  };
}
