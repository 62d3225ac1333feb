/** What runs this code. Bun and Deno name themselves beside the version of Node that they stand in for. */
export const runtime: 'bun' | 'deno' | 'node' =
  'bun' in process.versions ? 'bun' : 'deno' in process.versions ? 'deno' : 'node';
