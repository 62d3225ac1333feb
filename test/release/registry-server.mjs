// @ts-check
// A registry of its own on loopback, without another behind it: started by registry.ts, which reads the port
// from its first line. It ends with its parent, whose end closes its standard input.
import { join } from 'node:path';
import { runServer } from 'verdaccio';

const [folder = ''] = process.argv.slice(2);
const everybody = { access: '$all', publish: '$all', unpublish: '$all' };
const server = await runServer({
  configPath: join(folder, 'config.yaml'),
  storage: join(folder, 'storage'),
  auth: { htpasswd: { file: join(folder, 'htpasswd') } },
  uplinks: {},
  packages: { '**': everybody },
  web: { enable: false },
  log: { type: 'stdout', format: 'pretty', level: 'error' },
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
