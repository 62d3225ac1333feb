import type { Page } from 'playwright-core';

/** What is wrong with the look of the page, as sentences; what is counted of each example. */
export interface Measured {
  readonly problems: readonly string[];
  readonly figures: readonly { readonly example: string; readonly marks: number }[];
}

/**
 * Looks at the page as it is drawn: nothing reaches over its sides, no text of a picture leaves the picture,
 * lies on another text, or is too small to be read. An example that was skipped has no picture.
 */
export async function measure(page: Page): Promise<Measured> {
  return await page.evaluate<Measured>(script);
}

/** Runs in the page, where there is no TypeScript. */
const script = String.raw`(() => {
  const problems = [];
  const visible = (element) => element.getClientRects().length > 0;
  const scrolls = (element) => {
    for (let each = element; each; each = each.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(each).overflowX)) return true;
    }
    return false;
  };
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) problems.push('the page is ' + root.scrollWidth + ' px wide');
  for (const element of document.querySelectorAll('body *')) {
    if (!visible(element) || scrolls(element)) continue;
    const { left, right } = element.getBoundingClientRect();
    if (right > innerWidth + 1 || left < -1) {
      problems.push(element.tagName + '.' + element.className + ' reaches from ' + left + ' to ' + right);
    }
  }
  const figures = [...document.querySelectorAll('article:not(.skipped)')].map((article) => {
    const found = article.querySelectorAll('figure');
    if (found.length !== 1) problems.push(article.id + ' has ' + found.length + ' figures');
    const marks = [...article.querySelectorAll('figure [data-mark]')].filter(visible).length;
    return { example: article.id, marks };
  });
  for (const svg of [...document.querySelectorAll('figure svg')].filter(visible)) {
    const name = svg.closest('article').id;
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter(
      (text) => text.textContent.trim() !== '' && visible(text),
    );
    const boxes = texts.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    for (const element of texts) {
      const size = parseFloat(getComputedStyle(element).fontSize) * (frame.width / svg.viewBox.baseVal.width);
      if (size < 10) problems.push(name + ': "' + element.textContent + '" is ' + size + ' px small');
    }
    boxes.forEach(({ text, box }, index) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2) {
        problems.push(name + ': "' + text + '" is clipped');
      }
      for (const other of boxes.slice(index + 1)) {
        const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        // The boxes of two lines touch; letters do not, as long as less than a third is shared.
        if (width > 1 && height > Math.min(box.height, other.box.height) / 3) {
          problems.push(name + ': "' + text + '" lies on "' + other.text + '"');
        }
      }
    });
  }
  return { problems, figures };
})()`;
