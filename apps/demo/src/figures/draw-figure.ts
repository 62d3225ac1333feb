import type { Recording } from '../recording/recording.js';
import { drawBars } from './bars.js';
import { drawDots } from './dots.js';
import type { Drawing, Layout } from './drawing/drawing.js';
import { element, prose } from './drawing/markup.js';
import type { Figure, Part } from './figure.js';
import { drawGallery } from './gallery.js';
import { drawGraph } from './graph.js';
import { drawLevels } from './levels.js';
import { drawMemory } from './memory.js';
import { drawSequence } from './sequence.js';
import { drawSpace } from './space.js';
import { drawSteps } from './steps.js';
import { drawTimeline } from './timeline.js';

/**
 * A figure of what was recorded, as HTML: drawn once for a desk and once for a phone, of which a style
 * sheet shows one. `marks` counts the data that one of them shows; without any, a sentence says so.
 */
export function drawFigure(figure: Figure, recording: Recording): Drawing {
  const parts = figure.parts.map((part) => drawPart(part, recording));
  const marks = parts.reduce((sum, part) => sum + part.marks, 0);
  const description = parts.map((part) => part.description).join(' ');
  const shown =
    marks > 0
      ? parts.map(({ html }) => html).join('')
      : element('p', { class: 'nothing' }, 'Nothing was recorded in this run.');
  const hasImages = figure.parts.some(({ kind }) => kind === 'gallery');
  const html = element(
    'figure',
    {},
    // Images have texts of their own: an image that holds them would hide these.
    element('div', { role: hasImages ? 'group' : 'img', 'aria-label': description, class: 'parts' }, shown),
    element('figcaption', {}, prose(figure.caption)),
  );
  return { html, marks, description };
}

function drawPart(part: Part, recording: Recording): Drawing {
  if (part.kind === 'gallery') return drawGallery(recording);
  const wide = drawFor(part, recording, 'wide');
  const narrow = drawFor(part, recording, 'narrow');
  if (wide.marks === 0) return { ...wide, html: '' };
  const html =
    wide.html === narrow.html
      ? element('div', { class: 'drawing' }, wide.html)
      : element('div', { class: 'drawing wide' }, wide.html) +
        element('div', { class: 'drawing narrow' }, narrow.html);
  return { ...wide, html };
}

function drawFor(part: Exclude<Part, { kind: 'gallery' }>, recording: Recording, layout: Layout): Drawing {
  switch (part.kind) {
    case 'timeline':
      return drawTimeline(part, recording, layout);
    case 'steps':
      return drawSteps(part, recording, layout);
    case 'levels':
      return drawLevels(part, recording, layout);
    case 'dots':
      return drawDots(part, recording, layout);
    case 'bars':
      return drawBars(part, recording, layout);
    case 'sequence':
      return drawSequence(part, recording, layout);
    case 'graph':
      return drawGraph(part, recording, layout);
    case 'memory':
      return drawMemory(part, recording, layout);
    case 'space':
      return drawSpace(part, recording, layout);
  }
}
