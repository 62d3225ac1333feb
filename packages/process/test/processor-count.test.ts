// How many processors a process can use: its CPU affinity, and the limits of its control groups.
import { cpuCount } from '@manycore/process';
import { processorCount } from '@manycore/process/internal';
import { expectNoLeaks, portable, runProgram } from '@manycore/testing';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

expectNoLeaks();

const fixture = new URL('fixtures/count.mjs', import.meta.url);

/** The files of a system, by path. */
type Files = Readonly<Record<string, string>>;

/** Eight processors, of which all are running and allowed. */
const eight: Files = {
  'proc/self/status': 'Name:\tnode\nThreads:\t11\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\nMems_allowed:\t1\n',
  'sys/devices/system/cpu/online': '0-7\n',
};

/** Version 2 alone, as on every current distribution. */
const unified = '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n';
/** Version 1, with the hierarchy of the processors between others. */
const legacy =
  '34 32 0:30 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n' +
  '35 32 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct\n' +
  '36 32 0:32 / /sys/fs/cgroup/cpuset rw,nosuid - cgroup cgroup rw,cpuset\n';
const legacyGroups = (path: string): string => `11:memory:/elsewhere\n4:cpu,cpuacct:${path}\n3:cpuset:/\n1:name=systemd:/\n`;

/** Files of a group of version 1. */
function quota(folder: string, microseconds: number, period = 100_000): Files {
  return {
    [`${folder}/cpu.cfs_quota_us`]: `${microseconds}\n`,
    [`${folder}/cpu.cfs_period_us`]: `${period}\n`,
  };
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'manycore-groups-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function count(files: Files): number {
  const root = mkdtempSync(join(folder, 'system-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return processorCount(root);
}

describe('affinity', () => {
  const system = (allowed: string, online: string): Files => ({
    'proc/self/status': `Cpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\n`,
    'sys/devices/system/cpu/online': `${online}\n`,
  });

  test.each([
    ['0-7', '0-7', 8],
    ['3', '0-7', 1],
    ['0,2-3,7', '0-7', 4],
    ['0-127', '0-7', 8], // as many as the kernel was built for
    ['0-7', '0-3,6', 5], // processors that are switched off
  ])('allowed %s, running %s: %i', (allowed, online, expected) => {
    expect(count(system(allowed, online))).toBe(expected);
  });

  test("a system that does not tell: as many as Node's own count", () => {
    expect(count({})).toBe(availableParallelism());
    expect(count({ 'proc/self/status': 'Name:\tnode\n' })).toBe(availableParallelism());
  });
});

describe('version 2 of control groups', () => {
  const system = (max: string): Files => ({
    ...eight,
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': unified,
    'sys/fs/cgroup/cpu.max': max,
  });

  test.each([
    ['max 100000\n', 8],
    ['200000 100000\n', 2],
    ['150000 100000\n', 2], // up, as Java and .NET round
    ['100001 100000\n', 2],
    ['10000 100000\n', 1],
    ['1600000 100000\n', 8], // more than there are
    ['30000 10000\n', 3], // a period of its own
    ['', 8],
    ['nonsense\n', 8],
    ['0 0\n', 8],
  ])('%j: %i', (max, expected) => {
    expect(count(system(max))).toBe(expected);
  });

  test('the least of the limits of its group and of those around it', () => {
    const nested: Files = {
      ...eight,
      'proc/self/cgroup': '0::/kubepods.slice/pod7.slice/box.scope\n',
      'proc/self/mountinfo': unified,
      'sys/fs/cgroup/kubepods.slice/cpu.max': '700000 100000\n',
      'sys/fs/cgroup/kubepods.slice/pod7.slice/cpu.max': '250000 100000\n',
      'sys/fs/cgroup/kubepods.slice/pod7.slice/box.scope/cpu.max': 'max 100000\n',
    };
    expect(count(nested)).toBe(3);
    expect(count({ ...nested, 'sys/fs/cgroup/kubepods.slice/cpu.max': '100000 100000\n' })).toBe(1);
    expect(count({ ...nested, 'sys/fs/cgroup/kubepods.slice/pod7.slice/box.scope/cpu.max': '200000 100000\n' })).toBe(2);
  });

  test('a group outside of what the container sees: the topmost one that it sees', () => {
    expect(count({ ...system('200000 100000\n'), 'proc/self/cgroup': '0::/../../other\n' })).toBe(2);
    const part = unified.replace('0:26 / ', '0:26 /docker/5f3a ');
    expect(count({ ...system('200000 100000\n'), 'proc/self/cgroup': '0::/docker/5f3a\n', 'proc/self/mountinfo': part })).toBe(2);
    expect(count({ ...system('200000 100000\n'), 'proc/self/cgroup': '0::/\n', 'proc/self/mountinfo': part })).toBe(2);
  });

  test('a mount below the top: the groups between are found from there', () => {
    const files: Files = {
      ...eight,
      'proc/self/cgroup': '0::/docker/5f3a/inner\n',
      'proc/self/mountinfo': unified.replace('0:26 / ', '0:26 /docker/5f3a '),
      'sys/fs/cgroup/cpu.max': '400000 100000\n',
      'sys/fs/cgroup/inner/cpu.max': '300000 100000\n',
    };
    expect(count(files)).toBe(3);
    // Not the same name, only the same beginning.
    expect(count({ ...files, 'proc/self/cgroup': '0::/docker/5f3abc/inner\n' })).toBe(4);
  });

  test('a group that is gone, and a mount whose path has blanks', () => {
    expect(count({ ...system('200000 100000\n'), 'proc/self/cgroup': '0::/gone (deleted)\n' })).toBe(2);
    const files: Files = {
      ...eight,
      'proc/self/cgroup': '0::/a b\n',
      'proc/self/mountinfo': unified.replace('/sys/fs/cgroup', '/my\\040groups'),
      'my groups/a b/cpu.max': '200000 100000\n',
    };
    expect(count(files)).toBe(2);
  });
});

describe('version 1 of control groups', () => {
  const system = (path: string, ...groups: readonly Files[]): Files => ({
    ...eight,
    ...Object.fromEntries(groups.flatMap((each) => Object.entries(each))),
    'proc/self/cgroup': legacyGroups(path),
    'proc/self/mountinfo': legacy,
  });
  const top = 'sys/fs/cgroup/cpu,cpuacct';

  test.each([
    [-1, 100_000, 8],
    [150_000, 100_000, 2],
    [50_000, 100_000, 1],
    [150_000, 50_000, 3],
    [0, 100_000, 8],
  ])('a quota of %i in each %i µs: %i', (microseconds, period, expected) => {
    expect(count(system('/docker/5f3a', quota(`${top}/docker/5f3a`, microseconds, period)))).toBe(expected);
  });

  test('the least of nested limits', () => {
    const inner = quota(`${top}/pods/one`, 300_000);
    expect(count(system('/pods/one', inner, quota(`${top}/pods`, 200_000)))).toBe(2);
    expect(count(system('/pods/one', inner, quota(`${top}/pods`, -1)))).toBe(3);
    expect(count(system('/pods/one', inner, quota(top, 100_000)))).toBe(1);
  });

  test('both versions at once, as under the hybrid setup of systemd: the least of both', () => {
    const hybrid: Files = {
      ...system('/one', quota(`${top}/one`, 500_000)),
      'proc/self/cgroup': `${legacyGroups('/one')}0::/two\n`,
      'proc/self/mountinfo': `${legacy}41 32 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`,
      'sys/fs/cgroup/unified/two/cpu.max': '400000 100000\n',
    };
    expect(count(hybrid)).toBe(4);
    expect(count({ ...hybrid, 'sys/fs/cgroup/unified/two/cpu.max': 'max 100000\n' })).toBe(5);
  });
});

/** A new group in which processors can be limited; undefined where this process may not make one. */
function newGroup(): string | undefined {
  for (const top of ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct']) {
    const group = join(top, `manycore-test-${process.pid}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    if (['cpu.max', 'cpu.cfs_quota_us'].some((file) => existsSync(join(group, file)))) return group;
    rmdirSync(group);
  }
  return undefined;
}

function limit(group: string, microseconds: number): void {
  if (existsSync(join(group, 'cpu.max'))) writeFileSync(join(group, 'cpu.max'), `${microseconds} 100000`);
  else writeFileSync(join(group, 'cpu.cfs_quota_us'), String(microseconds));
}

test.skipIf(portable)('a process in a real group with a limit', async (context) => {
  const group = newGroup();
  // Where the groups are read-only, as in most containers.
  if (group === undefined) return context.skip('this system lets no control group be made');
  try {
    limit(group, 50_000);
    const inner = join(group, 'inner');
    mkdirSync(inner);
    try {
      expect((await runProgram(fixture, { args: [group] })).lines).toEqual(['1']);
      // Nothing limits the inner one itself.
      expect((await runProgram(fixture, { args: [inner] })).lines).toEqual(['1']);
      limit(group, 150_000);
      const expected = String(Math.min(2, cpuCount()));
      expect((await runProgram(fixture, { args: [group] })).lines).toEqual([expected]);
      expect(readFileSync(join(group, 'cgroup.procs'), 'utf8')).toBe('');
    } finally {
      rmdirSync(inner);
    }
  } finally {
    rmdirSync(group);
  }
});
