import { Process } from './process.js';
import { liveChildren } from './process-registry.js';

/** The processes that this thread started and that are alive. */
export function activeChildren(): Process[] {
  return liveChildren().filter((child): child is Process => child instanceof Process);
}
