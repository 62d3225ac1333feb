import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * How many processors this process can use: those that its affinity allows, or as many as the CPU limits
 * of its control groups are worth, rounded up, whichever is less; at least 1.
 *
 * Rounded up as Java and .NET do: with a limit of 1.5, two workers use all of it and one does not.
 * `availableParallelism` of newer versions of Node heeds some limits too, and rounds down: so it is asked
 * only where Linux does not tell.
 *
 * @param root the folder under which `proc` and `sys` are found
 */
export function processorCount(root = '/'): number {
  const processors = allowedProcessors(root) ?? availableParallelism();
  return Math.max(1, Math.min(processors, Math.ceil(cpuLimit(root))));
}

/** How many processors are running and allowed to this process; undefined where Linux does not tell. */
function allowedProcessors(root: string): number | undefined {
  const status = read(root, 'proc/self/status');
  const allowed = numbersOf(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status ?? '')?.[1]);
  const running = numbersOf(read(root, 'sys/devices/system/cpu/online')?.trim());
  // Those that are allowed may include some that the machine could have, and has not.
  const usable = allowed.filter((processor) => running.includes(processor));
  return usable.length > 0 ? usable.length : undefined;
}

/** The numbers of a list such as `0-3,7`. */
function numbersOf(list = ''): number[] {
  return [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last = first]) => {
    const length = Math.max(0, Number(last) - Number(first) + 1);
    return Array.from({ length }, (_, index) => Number(first) + index);
  });
}

/**
 * How many processors' time the control groups of this process may use: the least of the limits of its own
 * group and of those around it, in both versions of control groups; `Infinity` where there is none.
 */
function cpuLimit(root: string): number {
  const groups = groupsOf(read(root, 'proc/self/cgroup') ?? '');
  const mounts = mountsOf(read(root, 'proc/self/mountinfo') ?? '');
  const limits = mounts.flatMap(({ version, top, folder }) => {
    const group = groups[version];
    if (group === undefined) return [];
    const limitOf = version === 1 ? oldLimit : newLimit;
    return foldersOf(group, top, folder).map((each) => limitOf(root, each));
  });
  return Math.min(Infinity, ...limits);
}

type Version = 1 | 2;

/** The group of this process in the hierarchy that limits processors, by the version of control groups. */
function groupsOf(text: string): Readonly<Partial<Record<Version, string>>> {
  const groups: Partial<Record<Version, string>> = {};
  for (const [, id, controllers = '', path = ''] of text.matchAll(/^(\d+):([^:]*):(.*)$/gm)) {
    if (id === '0' && controllers === '') groups[2] = path;
    else if (controllers.split(',').includes('cpu')) groups[1] = path;
  }
  return groups;
}

/** Where a hierarchy is mounted: its group `top` is seen at `folder`. */
interface Mount {
  readonly version: Version;
  readonly top: string;
  readonly folder: string;
}

/** The mounts of hierarchies that may limit processors: see proc(5), `mountinfo`. */
function mountsOf(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [fields = '', more = ''] = line.split(' - ');
    const [, , , top, folder] = fields.split(' ').map(unescaped);
    const [type, , options = ''] = more.split(' ');
    if (top === undefined || folder === undefined) return [];
    if (type === 'cgroup2') return [{ version: 2, top, folder }];
    if (type === 'cgroup' && options.split(',').includes('cpu')) return [{ version: 1, top, folder }];
    return [];
  });
}

/** Blanks and the like are written as octal numbers. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}

/** The folders of a group and of those around it, as far up as they can be seen. */
function foldersOf(group: string, top: string, folder: string): string[] {
  const above = top === '/' ? '' : top;
  const isBelow = group === above || group.startsWith(`${above}/`);
  // A container may see its own group as the topmost one, whatever the group's name outside.
  const names = isBelow ? group.slice(above.length).split('/').filter(Boolean) : [];
  if (names.includes('..')) return [folder];
  return [folder, ...names.map((_, index) => join(folder, ...names.slice(0, index + 1)))];
}

/** Version 2: `150000 100000` are microseconds in each period of so many; `max` is no limit. */
function newLimit(root: string, folder: string): number {
  const [quota, period] = (read(root, folder, 'cpu.max') ?? 'max').trim().split(' ');
  return ratio(quota, period);
}

/** Version 1: a quota of -1 is no limit. */
function oldLimit(root: string, folder: string): number {
  return ratio(read(root, folder, 'cpu.cfs_quota_us'), read(root, folder, 'cpu.cfs_period_us'));
}

function ratio(quota: string | undefined, period: string | undefined): number {
  const limit = Number(quota) / Number(period);
  return limit > 0 ? limit : Infinity;
}

/** The text of a file; undefined for one that cannot be read. */
function read(...path: readonly string[]): string | undefined {
  try {
    return readFileSync(join(...path), 'utf8');
  } catch {
    return undefined;
  }
}
