import { QueueCorruptedError } from '../errors.js';
import { unitBytes } from './layout.js';

/** The arithmetic of positions in a ring of `units` units. */
export class Geometry {
  readonly units: number;
  /** The largest record that is written in one piece: larger ones would often find no room at the end. */
  readonly wholeLimit: number;
  /** A piece of a longer message is at most this large, so that both sides work at the same time … */
  readonly pieceLimit: number;
  /** … and at least this large, unless it is the last, or the ring's end comes first. */
  readonly pieceLeast: number;
  /** So much must be free before producers that wait for room are woken. */
  readonly roomy: number;

  constructor(units: number, limit: number = units >>> 2, least: number = units >>> 3) {
    this.units = units;
    this.wholeLimit = limit;
    this.pieceLimit = limit;
    this.pieceLeast = least;
    this.roomy = units >>> 3;
  }

  /** The unit at a position. */
  at(position: number): number {
    return position < this.units ? position : position - this.units;
  }

  /** The position `count` units further; `count` is at most the ring's size. */
  advance(position: number, count: number): number {
    const next = position + count;
    return next < 2 * this.units ? next : next - 2 * this.units;
  }

  /** How many units lie between a position and a later one. */
  distance(from: number, to: number): number {
    return to >= from ? to - from : to - from + 2 * this.units;
  }

  /** The same for positions that other threads wrote. @throws QueueCorruptedError when they cannot be. */
  filled(from: number, to: number): number {
    const count = this.distance(from, to);
    const last = 2 * this.units - 1;
    if (from >= 0 && from <= last && to >= 0 && to <= last && count <= this.units) return count;
    throw new QueueCorruptedError(`positions ${from} and ${to} of ${last + 1}`);
  }

  /** The units that a record of `length` bytes, and `more` units, takes at `unit`, of which `left` are in use. */
  occupied(unit: number, length: number, more: number, left: number): number {
    const count = recordUnits(length) + more;
    if (length >= 0 && count <= left && count <= this.units - unit) return count;
    throw new QueueCorruptedError(`a record of ${length} bytes`);
  }
}

/** The units that a record of `byteLength` bytes takes, with its header. */
export function recordUnits(byteLength: number): number {
  return 1 + unitsFor(byteLength);
}

export function unitsFor(byteLength: number): number {
  return Math.ceil(byteLength / unitBytes);
}
