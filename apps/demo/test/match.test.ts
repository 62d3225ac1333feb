import { describe, expect, test } from 'vitest';
import {
  anyOrder,
  each,
  type Expectation,
  line,
  optional,
  sequence,
} from '../src/expectation/expectation.js';
import { matchLines } from '../src/expectation/match.js';
import { atLeast, integer, integerBetween } from '../src/expectation/placeholder.js';

const squares = [anyOrder('Square: 100', 'Cube: 1000'), 'Done!'];
const mixed = [anyOrder(sequence('a1', 'a2'), sequence('b1', 'b2')), 'end'];

describe('which lines match', () => {
  test.each<[string, Expectation[], string[], boolean]>([
    ['the same', ['one', 'two'], ['one', 'two'], true],
    ['nothing', [], [], true],
    ['one less', ['one', 'two'], ['one'], false],
    ['one more', ['one'], ['one', 'two'], false],
    ['the wrong order', ['one', 'two'], ['two', 'one'], false],
    ['a space less', ['x :  2'], ['x : 2'], false],
    ['any order, as listed', squares, ['Square: 100', 'Cube: 1000', 'Done!'], true],
    ['any order, turned round', squares, ['Cube: 1000', 'Square: 100', 'Done!'], true],
    [
      'what comes after an any-order group, too early',
      squares,
      ['Cube: 1000', 'Done!', 'Square: 100'],
      false,
    ],
    ['mixed sequences', mixed, ['a1', 'b1', 'b2', 'a2', 'end'], true],
    ['mixed sequences, one turned round', mixed, ['a2', 'a1', 'b1', 'b2', 'end'], false],
    ['the same line twice', ['same', 'same'], ['same', 'same'], true],
    ['the same line once', ['same', 'same'], ['same'], false],
    ['an optional line there', [optional('maybe'), 'end'], ['maybe', 'end'], true],
    ['an optional line missing', [optional('maybe'), 'end'], ['end'], true],
    ['an optional line too late', [optional('maybe'), 'end'], ['end', 'maybe'], false],
    ['a number', [line('n = {n}', { n: integer })], ['n = -12'], true],
    ['no number', [line('n = {n}', { n: integer })], ['n = x'], false],
    ['a number in its range', [line('{n}', { n: integerBetween(1, 3) })], ['3'], true],
    ['a number out of its range', [line('{n}', { n: integerBetween(1, 3) })], ['4'], false],
    ['a time above its bound', [line('{t} s', { t: atLeast(1.5) })], ['1.5 s'], true],
    ['a time below its bound', [line('{t} s', { t: atLeast(1.5) })], ['1.49 s'], false],
    ['special characters', ["['a', (1)] {x} $^.*+?|\\"], ["['a', (1)] {x} $^.*+?|\\"], true],
    [
      'repeated parts',
      [each(3, (i) => `Iteration ${i}`)],
      ['Iteration 0', 'Iteration 1', 'Iteration 2'],
      true,
    ],
  ])('%s: %j, %j', (_name, expected, printed, matched) => {
    expect(matchLines(expected, printed).matched).toBe(matched);
  });
});

test('captures what stands in the place of placeholders, in the order of printing', () => {
  const pid = line('pid {pid}', { pid: integer });
  const { captured } = matchLines([anyOrder(pid, pid), 'end'], ['pid 2', 'pid 1', 'end']);
  expect(captured).toEqual(new Map([['pid', ['2', '1']]]));
});

test('pairs each printed line with the expected one that it matched', () => {
  const { pairs } = matchLines(squares, ['Cube: 1000', 'Square: 100', 'Done!']);
  expect(pairs).toEqual([
    { expected: 'Cube: 1000', printed: 'Cube: 1000', matched: true, unordered: true, open: false },
    {
      expected: 'Square: 100',
      printed: 'Square: 100',
      matched: true,
      unordered: true,
      open: false,
    },
    { expected: 'Done!', printed: 'Done!', matched: true, unordered: false, open: false },
  ]);
});

test('shows a missing line beside an unexpected one, or alone', () => {
  const { pairs } = matchLines(['one', 'two', 'three'], ['one', 'Two']);
  expect(pairs.map(({ expected, printed }) => [expected, printed])).toEqual([
    ['one', 'one'],
    ['two', 'Two'],
    ['three', undefined],
  ]);
});
