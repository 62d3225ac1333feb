// Pictures show what was recorded: other records, other marks.
import { describe, expect, test } from 'vitest';
import { drawFigure } from '../src/figures/draw-figure.js';
import type { Figure, Part } from '../src/figures/figure.js';
import { labelMoments, labelSpans } from '../src/figures/timeline-labels.js';
import { occupancyOf } from '../src/figures/timeline-layout.js';
import type { Recorded, Recording, Span, Value } from '../src/recording/recording.js';

const origin = { pid: 1, thread: 0 };

const span = (lane: string, from: number, to: number, label = ''): Span => ({
  kind: 'span',
  lane,
  label,
  from,
  to,
  origin,
});
const value = (x: number | string, y: number, z = 0): Value => ({
  kind: 'value',
  series: 'inside',
  x,
  y,
  z,
  origin,
});
const message = (from: string, to: string, label: string, at: number): Recorded => ({
  kind: 'message',
  from,
  to,
  label,
  at,
  origin,
});
const fact = (subject: string, name: string, text: string): Recorded => ({
  kind: 'fact',
  subject,
  name,
  value: text,
  origin,
});
const image = (label: string): Recorded => ({
  kind: 'image',
  label,
  url: 'data:image/png;base64,AAAA',
  origin,
});

const figure = (part: Part): Figure => ({ caption: 'A caption.', parts: [part] });

const cases: readonly (readonly [Part, Recording, Recorded])[] = [
  [{ kind: 'timeline' }, [span('p1', 0, 5), span('p2', 2, 9)], span('p1', 5, 7)],
  [{ kind: 'steps', x: 'x', y: 'y' }, [value(1, 2), value(2, 3)], { ...value(3, 4), series: 'b' }],
  [{ kind: 'levels', counts: 'items' }, [value('put', 1)], value('put', 2)],
  [{ kind: 'dots', x: 'x', y: 'y' }, [value(1, 2)], value(2, 1)],
  [{ kind: 'bars', axis: 'time', unit: 's' }, [value('serial', 2)], value('2', 1)],
  [{ kind: 'sequence' }, [message('a', 'b', 'hello', 0)], message('b', 'a', 'hi', 3)],
  [{ kind: 'graph' }, [fact('a', 'PID', '1'), message('a', 'b', 'starts', 0)], fact('b', 'PID', '2')],
  [{ kind: 'graph' }, [fact('a', 'PID', '1')], fact('b', 'PID', '2')],
  [{ kind: 'memory', shared: 's' }, [fact('s', 'n', '3'), fact('t1', 'own', '3')], fact('t2', 'own', '0')],
  [
    { kind: 'space', inside: 'inside', outside: 'outside', edges: 'edge', reach: 1.5 },
    [value(0, 0, 0)],
    { ...value(1, 1, 1), series: 'outside' },
  ],
  [{ kind: 'gallery' }, [image('before')], image('after')],
];

describe.each(cases)('%j', (part, recording, more) => {
  const marksIn = (html: string): number => html.split('data-mark').length - 1;
  const layouts = part.kind === 'gallery' ? 1 : 2;

  test('has a mark for each record, and for one more when one more is recorded', () => {
    const drawn = drawFigure(figure(part), recording);
    const drawnMore = drawFigure(figure(part), [...recording, more]);
    expect(drawn.marks).toBeGreaterThan(0);
    expect(drawnMore.marks).toBeGreaterThan(drawn.marks);
    expect([1, 2].map((times) => times * drawnMore.marks)).toContain(marksIn(drawnMore.html));
    expect(marksIn(drawnMore.html)).toBeLessThanOrEqual(layouts * drawnMore.marks);
  });

  test('says so when nothing was recorded', () => {
    const { html, marks } = drawFigure(figure(part), []);
    expect(marks).toBe(0);
    expect(marksIn(html)).toBe(0);
    expect(html).toContain('Nothing was recorded in this run.');
  });

  test('says in words what it shows', () => {
    expect(drawFigure(figure(part), recording).description).not.toBe('');
  });
});

test('text that is recorded is text on the page, whatever it is', () => {
  const nasty = '<script>alert("&")</script>';
  for (const [part] of cases) {
    const { html } = drawFigure(figure(part), [
      { ...span(nasty, 0, 1, nasty), group: nasty },
      { ...value(nasty, 1), series: nasty },
      message(nasty, `b${nasty}`, nasty, 0),
      fact(nasty, nasty, nasty),
      image(nasty),
    ]);
    expect(html).not.toContain('<script');
  }
});

test('a count of spans at once: one leaves before the next enters at the same time', () => {
  expect(occupancyOf([span('a', 0, 2), span('b', 2, 4)]).most).toBe(1);
  expect(occupancyOf([span('a', 0, 3), span('b', 2, 4), span('c', 2.5, 9)]).most).toBe(3);
});

test('labels are left out where there is no room for them', () => {
  const space = { pixel: 1, marginLeft: 0, right: 100 };
  expect(labelSpans([span('a', 0, 90, 'wide')], space, false)).toMatchObject([{ inside: true }]);
  expect(labelSpans([span('a', 0, 5, 'wide')], space, false)).toMatchObject([{ inside: false }]);
  const crowded = [span('a', 0, 5, 'wide'), span('a', 6, 11, 'wide'), span('a', 12, 95, 'wide')];
  expect(labelSpans(crowded, space, false)).toMatchObject([{ x: 12, inside: true }]);
  const moments = [10, 12, 60].map(
    (at) => ({ kind: 'moment', lane: 'a', label: 'now', at, origin }) as const,
  );
  expect(labelMoments(moments, space).length).toBe(2);
});
