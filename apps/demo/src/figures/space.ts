import { only, type Recording, type Value } from '../recording/recording.js';
import { type Drawing, enumerate, type Layout, widthOf } from './drawing/drawing.js';
import { element, label, svg } from './drawing/markup.js';
import type { Space } from './figure.js';

type Point = readonly [x: number, y: number, z: number];
type Flat = readonly [x: number, y: number];

/** From where one looks: turned about the vertical axis, then down from above, in radians. */
const turn = (-60 * Math.PI) / 180;
const tilt = (24 * Math.PI) / 180;

/** Points and edges in space, seen from above and from the side, with the panes behind them. */
export function drawSpace(part: Space, recording: Recording, layout: Layout): Drawing {
  const values = only(recording, 'value');
  const width = Math.min(widthOf[layout], 460);
  const height = width * 0.98;
  const scale = width / (part.reach * 3.55);
  const flat = (point: Point): Flat => {
    const [x, y] = project(point);
    return [width / 2 + x * scale, height * 0.5 - y * scale];
  };
  const line = (from: Point, to: Point, name: string): string => {
    const [[x1, y1], [x2, y2]] = [flat(from), flat(to)];
    return element('line', { x1, y1, x2, y2, class: name });
  };
  const of = (series: string): Value[] => values.filter((value) => value.series === series);
  const edges = pairs(of(part.edges)).map(([from, to]) =>
    element('g', { 'data-mark': '' }, line(pointOf(from), pointOf(to), 'edge')),
  );
  const samples = [...of(part.inside), ...of(part.outside)]
    .toSorted((one, other) => depth(pointOf(other)) - depth(pointOf(one)))
    .map((value) => {
      const [x, y] = flat(pointOf(value));
      const triangle = value.series === part.inside;
      return triangle
        ? element('path', { d: `M${x} ${y - 6} l6 10 h-12 z`, class: 'inside', 'data-mark': '' })
        : element('circle', { cx: x, cy: y, r: 4.5, class: 'outside', 'data-mark': '' });
    });
  return {
    html: svg(width, height, { class: 'space' }, panes(part.reach, line, flat), ...edges, ...samples),
    marks: edges.length + samples.length,
    description:
      `Cube of ${edges.length} edges. Inside: ${enumerate(of(part.inside).map(coordinates))}. ` +
      `Outside: ${enumerate(of(part.outside).map(coordinates))}.`,
  };
}

/** The three panes at the back with their grids, and the numbers along their edges. */
function panes(
  reach: number,
  line: (from: Point, to: Point, name: string) => string,
  flat: (point: Point) => Flat,
): string {
  const ticks = [-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1].map((share) => share * reach);
  const [low, high] = [-reach, reach];
  const grid = ticks.flatMap((at) => [
    line([at, low, low], [at, high, low], 'grid'),
    line([low, at, low], [high, at, low], 'grid'),
    line([at, high, low], [at, high, high], 'grid'),
    line([low, high, at], [high, high, at], 'grid'),
    line([low, at, low], [low, at, high], 'grid'),
    line([low, low, at], [low, high, at], 'grid'),
  ]);
  const text = (point: Point, value: string, anchor: string, dx: number, dy: number): string => {
    const [x, y] = flat(point);
    return label(x + dx, y + dy, value, { 'text-anchor': anchor, class: 'tick' });
  };
  const numbers = ticks
    .filter((_, index) => index % 3 === 0)
    .flatMap((at) => {
      const value = at.toFixed(1).replace('-', '−');
      return [
        text([at, low, low], value, 'end', -1, 16),
        text([high, at, low], value, 'start', 8, 12),
        text([low, low, at], value, 'end', -7, 4),
      ];
    });
  const middle = -reach * 1.36;
  const names = [
    text([0.2, middle, low], 'x', 'middle', 2, 20),
    text([-middle, 0.2, low], 'y', 'middle', 16, 14),
    text([low, low, high], 'z', 'middle', -12, -10),
  ];
  return element('g', {}, ...grid, ...numbers, ...names);
}

/** Right and up on the page. */
function project([x, y, z]: Point): Flat {
  const right = x * Math.cos(turn + Math.PI / 2) + y * Math.sin(turn + Math.PI / 2);
  const away = -x * Math.cos(turn) - y * Math.sin(turn);
  return [right, z * Math.cos(tilt) + away * Math.sin(tilt)];
}

/** How far away a point is. */
function depth([x, y, z]: Point): number {
  const away = -x * Math.cos(turn) - y * Math.sin(turn);
  return away * Math.cos(tilt) - z * Math.sin(tilt);
}

function pointOf({ x, y, z = 0 }: Value): Point {
  return [Number(x), y, z];
}

function pairs<T>(values: readonly T[]): (readonly [T, T])[] {
  return values.flatMap((value, index) => {
    const next = values[index + 1];
    return index % 2 === 0 && next !== undefined ? [[value, next] as const] : [];
  });
}

function coordinates(value: Value): string {
  return `(${pointOf(value).join(', ')})`;
}
