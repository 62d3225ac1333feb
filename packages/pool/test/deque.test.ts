import { expect, test } from 'vitest';
import { Deque } from '../src/deque.js';

test('it is the list that an array is, whatever is done to it', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let round = 0; round < 200; round += 1) {
    const deque = new Deque<{ readonly n: number }>();
    const array: { readonly n: number }[] = [];
    for (let step = 0; step < 100; step += 1) {
      const item = { n: step };
      const place = random(array.length);
      switch (random(6)) {
        case 0:
        case 1:
        case 2:
          deque.push(item);
          array.push(item);
          break;
        case 3:
          expect(deque.shift()).toBe(array.shift());
          break;
        case 4:
          expect(deque.remove(array[place] ?? item)).toBe(array.length > 0);
          array.splice(place, 1);
          break;
        default:
          expect(deque.cut(place)).toEqual(array.splice(place));
      }
      expect([...deque]).toEqual(array);
      expect(deque.size).toBe(array.length);
      expect(deque.first).toBe(array[0]);
      expect(deque.find(({ n }, index) => index > 0 && n % 3 === 0)).toBe(array.find(({ n }, index) => index > 0 && n % 3 === 0));
    }
  }
});
