/**
 * Runs in the page, where there is no TypeScript: gives as sentences what is wrong with its look. Nothing may reach
 * over its sides, except in a box that scrolls, and text must stand out from its background, by the contrast
 * ratio of WCAG's level AA.
 */
export const pageProblems: string = String.raw`(() => {
  const problems = [];
  const content = document.querySelector('.col-content');
  const ancestors = function* (element) {
    for (let each = element; each; each = each.parentElement) yield each;
  };
  const scrolls = (element) =>
    [...ancestors(element)].some((each) => /auto|scroll/.test(getComputedStyle(each).overflowX));

  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) problems.push('the page is ' + width + ' px wide');
  for (const element of content.querySelectorAll('*')) {
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 0 && (right > innerWidth + 1 || left < -1) && !scrolls(element)) {
      problems.push(element.tagName + '.' + element.className + ' reaches from ' + left + ' to ' + right);
    }
  }

  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isOpaque = (color) => (channels(color)[3] ?? 1) > 0;
  const background = (element) =>
    [...ancestors(element)].map((each) => getComputedStyle(each).backgroundColor).find(isOpaque) ??
    'rgb(255, 255, 255)';
  const faint = new Set();
  for (const element of content.querySelectorAll('p, li, h1, h2, h3, td, th, code, pre span, a, .tsd-signature *')) {
    if (element.textContent.trim() === '' || element.getClientRects().length === 0) continue;
    const [dark, light] = [getComputedStyle(element).color, background(element)].map(luminance).sort((a, b) => a - b);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) {
      faint.add(getComputedStyle(element).color + ' on ' + background(element) + ': ' + ratio.toFixed(2));
    }
  }
  return [...problems, ...faint];
})()`;
