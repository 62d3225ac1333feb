import { MersenneTwister } from '../statistics/mersenne-twister.js';

/** A picture of hills under the sun, as SVG: the same for the same number. */
export function landscape(number: number): string {
  const random = new MersenneTwister(number);
  const hue = Math.floor(random.nextDouble() * 360);
  const sun = { x: 100 + random.nextDouble() * 400, y: 90 + random.nextDouble() * 110 };
  const hills = [0, 1, 2].map((row) => {
    const points = Array.from({ length: 13 }, (_, column) => {
      const height = 190 + row * 60 + random.nextDouble() * 80;
      return `${column * 50},${height.toFixed(0)}`;
    });
    const fill = `hsl(${(hue + 200) % 360} 35% ${48 - 14 * row}%)`;
    return `<polygon points="0,400 ${points.join(' ')} 600,400" fill="${fill}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400">
    <defs><linearGradient id="sky" x2="0" y2="1">
      <stop offset="0" stop-color="hsl(${hue} 45% 35%)"/>
      <stop offset="1" stop-color="hsl(${(hue + 40) % 360} 80% 82%)"/>
    </linearGradient></defs>
    <rect width="600" height="400" fill="url(#sky)"/>
    <circle cx="${sun.x.toFixed(0)}" cy="${sun.y.toFixed(0)}" r="42" fill="#fff3c4"/>
    ${hills.join('\n    ')}
  </svg>`;
}
