import { QueueCorruptedError } from '../errors.js';

/**
 * What most messages are: a small plain object of short texts, numbers, booleans, null and undefined. It
 * travels as a record, for half of what JSON costs on either side.
 *
 * | part | |
 * |---|---|
 * | text, one byte a character | the length of the shape · the shape · a length for each text · the texts |
 * | padding | up to a multiple of 8 bytes |
 * | numbers | a float64 each |
 *
 * The shape names the fields in order, each by a letter for its type and its key, all separated. A stream of
 * messages mostly has one shape, so either side remembers what it made of the last ones.
 */

/** Longer texts, and shapes, are left to the engine, which is the faster for them. */
const longest = 127;
/** So many different shapes are remembered. */
const mostShapes = 1000;
const separator = '\n';

/** A character that one byte does not hold. */
const wide = /[^\u0000-\u00ff]/; // eslint-disable-line no-control-regex -- that is where the range begins

/** Each type's letter. */
const [text, number, yes, no, nothing, missing] = ['s', 'n', 't', 'f', 'z', 'u'] as const;

interface Shape {
  readonly keys: readonly string[];
  readonly types: readonly string[];
  readonly texts: number;
  readonly numbers: number;
}

/** An object, ready to be written. */
export interface OutgoingRecord {
  readonly text: string;
  readonly numbers: readonly number[];
}

const { getPrototypeOf, keys: keysOf, prototype: objectPrototype } = Object;

/** The fields of an object that was written, and what a record says of them. */
interface Written {
  readonly keys: readonly string[];
  readonly types: readonly string[];
  /** The length of the shape, and the shape. */
  readonly head: string;
}

/** Of the last one: the next one is likely to have the same. */
let lastWritten: Written = { keys: [], types: [], head: String.fromCharCode(0) };

/** The record of an object, if one carries it exactly. */
export function recordOf(value: object): OutgoingRecord | undefined {
  if (getPrototypeOf(value) !== objectPrototype) return undefined;
  const fields = value as Record<string, unknown>;
  const keys = keysOf(fields);
  const last = lastWritten;
  const numbers: number[] = [];
  /** Undefined as long as all are as in the last one. Each field is read once: it may be a getter. */
  let types: string[] | undefined;
  let lengths = '';
  let texts = '';
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] ?? '';
    const item = fields[key];
    const type = typeOf(item);
    if (type === undefined) return undefined;
    if (types) types.push(type);
    else if (key !== last.keys[i] || type !== last.types[i]) types = [...last.types.slice(0, i), type];
    if (type === number) {
      numbers.push(item as number);
    } else if (type === text) {
      lengths += String.fromCharCode((item as string).length);
      texts += item as string;
    }
  }
  let { head } = last;
  if (types || keys.length !== last.keys.length) {
    types ??= last.types.slice(0, keys.length);
    const made = headOf(keys, types);
    if (made === undefined) return undefined;
    head = made;
    lastWritten = { keys, types, head };
  }
  return { text: head + lengths + texts, numbers };
}

/** The length of the shape, and the shape, if it can be named. */
function headOf(keys: readonly string[], types: readonly string[]): string | undefined {
  let shape = '';
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] ?? '';
    if (!isPlainKey(key)) return undefined;
    shape += (types[i] ?? '') + key + separator;
  }
  return shape.length > longest ? undefined : String.fromCharCode(shape.length) + shape;
}

function typeOf(item: unknown): string | undefined {
  switch (typeof item) {
    case 'string':
      return item.length > longest || wide.test(item) ? undefined : text;
    case 'number':
      return number;
    case 'boolean':
      return item ? yes : no;
    case 'undefined':
      return missing;
    default:
      return item === null ? nothing : undefined;
  }
}

/** By key, whether a shape can name it: one byte a character, and none that means something else. */
const plainKeys = new Map<string, boolean>();

function isPlainKey(key: string): boolean {
  const known = plainKeys.get(key);
  if (known !== undefined) return known;
  const isPlain = !wide.test(key) && !key.includes(separator) && key !== '__proto__';
  if (plainKeys.size < mostShapes && key.length <= longest) plainKeys.set(key, isPlain);
  return isPlain;
}

/** Where the numbers begin, behind a text of this length. */
export function numbersFrom(textLength: number): number {
  return Math.ceil(textLength / 8) * 8;
}

const shapes = new Map<string, Shape>();
let lastText = '';
let lastShape: Shape = { keys: [], types: [], texts: 0, numbers: 0 };

/** The object of a record. `written` begins with its text; `numberAt` gives its numbers, counted from the last: −1, … */
export function readRecord(written: string, numberAt: (place: number) => number): object {
  const shapeEnd = 1 + written.charCodeAt(0);
  const shapeText = written.slice(1, shapeEnd);
  const shape = shapeText === lastText ? lastShape : shapeOf(shapeText);
  lastText = shapeText;
  lastShape = shape;

  const { keys, types } = shape;
  const object: Record<string, unknown> = {};
  let place = -shape.numbers;
  let lengthAt = shapeEnd;
  let from = shapeEnd + shape.texts;
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] ?? '';
    switch (types[i]) {
      case text: {
        const end = from + written.charCodeAt(lengthAt);
        object[key] = written.slice(from, end);
        lengthAt += 1;
        from = end;
        break;
      }
      case number:
        object[key] = numberAt(place);
        place += 1;
        break;
      case missing:
        object[key] = undefined;
        break;
      case nothing:
        object[key] = null;
        break;
      default:
        object[key] = types[i] === yes;
    }
  }
  return object;
}

function shapeOf(shapeText: string): Shape {
  const known = shapes.get(shapeText);
  if (known) return known;
  const fields = shapeText === '' ? [] : shapeText.slice(0, -1).split(separator);
  const types = fields.map((field) => field.charAt(0));
  const keys = fields.map((field) => field.slice(1));
  // `recordOf` makes no such shape: it would set the prototype.
  if (keys.includes('__proto__')) throw new QueueCorruptedError('a record with the key __proto__');
  const shape: Shape = {
    keys,
    types,
    texts: types.filter((type) => type === text).length,
    numbers: types.filter((type) => type === number).length,
  };
  if (shapes.size < mostShapes) shapes.set(shapeText, shape);
  return shape;
}
