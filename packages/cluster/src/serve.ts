import { Catalogue } from './host/catalogue.js';
import { WorkerHost } from './host/worker-host.js';
import { type ServeOptions, serveSettings } from './options/serve-options.js';

/**
 * Makes this process a worker host: it takes the tasks of a queue, and runs them in a pool of threads or
 * processes of its own. Resolves when it takes tasks.
 *
 * @throws TypeError, RangeError naming the option; what a module throws while it is imported.
 */
export async function serve(options: ServeOptions): Promise<WorkerHost> {
  const settings = serveSettings(options);
  const catalogue = await Catalogue.load(settings.modules, settings.version);
  const host = new WorkerHost(settings, catalogue);
  await host.start();
  return host;
}
