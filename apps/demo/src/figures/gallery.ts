import { groupsOf, only, type Recording } from '../recording/recording.js';
import { type Drawing, enumerate } from './drawing/drawing.js';
import { element, escapeText } from './drawing/markup.js';

/** The images of each group beside each other, each with what it is. */
export function drawGallery(recording: Recording): Drawing {
  const images = only(recording, 'image');
  const rows = [...groupsOf(images)].map(([group, own]) => {
    const shown = own.map(({ label, url }) =>
      element(
        'span',
        {},
        element('img', { src: url, alt: `${group}, ${label}`, 'data-mark': '' }).replace('</img>', ''),
        element('small', {}, escapeText(label)),
      ),
    );
    return element('div', { class: 'pair' }, ...shown);
  });
  return {
    html: element('div', { class: 'gallery' }, ...rows),
    marks: images.length,
    description: `Images: ${enumerate(images.map(({ group, label }) => `${group ?? ''}, ${label}`))}.`,
  };
}
