import { mainModule } from '../platform/modules.js';
import { sharedState } from '../shared-state.js';

const program = sharedState('program', (): { main?: string | undefined } => ({}));

/** In a worker: remembers the main module that its parent named, for workers that this one starts. */
export function inheritMain(main: string | undefined): void {
  program.main = main;
}

/** The URL of the program's main module, also in a worker. */
export function programModule(): string | undefined {
  return program.main ?? mainModule();
}
