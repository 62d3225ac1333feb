// `npm run docs`: writes the site of the API and the documents. An argument is the folder to write instead.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './command.js';
import { buildSite } from './docs/site.js';

const folder = resolve(process.argv[2] ?? join(root, '.cache', 'docs-site'));
await buildSite(folder);
console.error(`✓ ${pathToFileURL(join(folder, 'index.html')).href}`);
