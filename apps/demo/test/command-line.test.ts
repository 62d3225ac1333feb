import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from '@manycore/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { demo, run } from './program.js';
import type { Data } from './results.js';

const folder = mkdtempSync(join(tmpdir(), 'manycore-demo-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const numbersIn = (listing: string): number[] =>
  [...listing.matchAll(/^ {2,3}(\d+) {2}\S/gm)].map(([, number]) => Number(number));

describe('npm start --', () => {
  test('--list names every example by section, and runs none', async () => {
    const { code, stdout } = await run(['--list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^── A\. Processes ─+$/m);
    expect(stdout).toMatch(/^ {2}23 {2}Race condition.* synchronisation$/m);
    expect(numbersIn(stdout)).toEqual(Array.from({ length: 65 }, (_, index) => index + 1));
  });

  test('--list --only TOPIC names those about the topic', async () => {
    const { stdout } = await run(['--list', '--only', 'threads']);
    expect(numbersIn(stdout)).toContain(20);
    expect(numbersIn(stdout)).not.toContain(2);
  });

  test('--list --json lists as data', async () => {
    const { stdout } = await run(['--list', '--json', '7']);
    expect(JSON.parse(stdout)).toMatchObject([{ number: 7, section: 'A' }]);
  });

  test('runs the examples whose numbers are given, opens and sums up in a few lines', async () => {
    const { code, stdout } = await run(['1', '7', '--no-report']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 of 65 examples run now, each in a process of its own/m);
    expect(stdout).toMatch(/^✔ {2}1 {2}CPU count/m);
    expect(stdout).toMatch(/^✔ {2}7 {2}/m);
    expect(stdout).toMatch(/^✔ 2 examples: 2 passed, 0 failed/m);
    expect(stdout).not.toContain('report:');
    expect(stdout).not.toContain('\u001b');
  });

  test('what was expected stands beside the output only where it says more', async () => {
    const { stdout } = await run(['4', '--no-report']);
    expect(stdout).toMatch(/✔ ID of main process: \d+ +≈ ID of main process: N$/m);
    expect(stdout).toMatch(/✔ Both processes finished execution!$/m);
  });

  test('--real-time sleeps as long as the example says', async () => {
    const { code, stdout } = await run(['45', '--real-time', '--no-report']);
    expect(code).toBe(0);
    expect(stdout).toContain('Finished in ≥ 2 second(s)');
  });

  test('--repeat runs an example so often, and says how it went', async () => {
    const { code, stdout } = await run(['39', '--repeat', '3', '--no-report']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 runs: 3 passed, 0 failed; \d\.\d\d s to \d\.\d\d s/);
    const { stdout: json } = await run(['39', '--repeat', '2', '--json', '--no-report']);
    expect((JSON.parse(json) as Data).examples[0]?.runs.length).toBe(2);
  });

  test('--json prints nothing but the results as data', async () => {
    const { code, stdout, stderr } = await run(['2', '--json', '--no-report']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const data = JSON.parse(stdout) as Data;
    expect(data).toMatchObject({ passed: 1, failed: 0, notRun: 0 });
    const [example] = data.examples;
    expect(example).toMatchObject({ number: 2, name: '02-square-cube-processes', passed: true });
    expect(example?.runs[0]?.output.map(({ printed }) => printed).toSorted()).toEqual([
      'Cube: 1000',
      'Done!',
      'Square: 100',
    ]);
    expect(example?.runs[0]?.recording.map(({ kind }) => kind)).toContain('span');
  });

  test('--report writes the page there, and makes the folder', async () => {
    const file = join(folder, 'new', 'folder', 'page.html');
    const { stdout } = await run(['7', '--report', file]);
    expect(stdout).toContain(`report: ${file}`);
    expect(readFileSync(file, 'utf8')).toContain('Each process has a memory space of its own');
  });

  test('a relative path is meant from where npm was called', async () => {
    await run(['1', '--report', 'here.html'], { env: { INIT_CWD: folder } });
    expect(readFileSync(join(folder, 'here.html'), 'utf8')).toContain('CPU count');
  });

  test('--trace writes a Chrome trace of any example', async () => {
    const file = join(folder, 'trace.json');
    const { stdout } = await run(['3', '19', '--trace', file, '--json', '--no-report']);
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as {
      traceEvents: {
        ph: string;
        name: string;
        cat?: string;
        pid: number;
        tid: number;
        ts?: number;
        dur?: number;
      }[];
    };
    const spans = traceEvents.filter(({ cat }) => cat === 'span');
    const recorded = (JSON.parse(stdout) as Data).examples
      .flatMap(({ runs }) => runs[0]?.recording ?? [])
      .filter(({ kind }) => kind === 'span');
    expect(spans.length).toBe(recorded.length);
    expect(spans.every(({ ts = -1, dur = -1 }) => ts >= 0 && dur >= 0)).toBe(true);
    // Three processes of example 3, one of example 19 with three threads.
    expect(new Set(spans.map(({ pid }) => pid)).size).toBe(4);
    expect(new Set(spans.map(({ pid, tid }) => `${pid} ${tid}`)).size).toBe(6);
    expect(traceEvents.filter(({ cat }) => cat === 'example').map(({ name }) => name)).toEqual([
      '3 start returns at once, join waits',
      '19 Square and cube in two threads',
    ]);
    expect(traceEvents.some(({ ph, name }) => ph === 'i' && name === 'Done!')).toBe(true);
    const named = traceEvents.filter(({ ph, name }) => ph === 'M' && name === 'process_name');
    expect(named.map(({ pid }) => pid)).toEqual(expect.arrayContaining(spans.map(({ pid }) => pid)));
  });

  test.skipIf(process.platform !== 'linux')('--open shows the page', async () => {
    const page = join(folder, 'opened.html');
    const shown = join(folder, 'shown');
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$1" > ${shown}\n`, { mode: 0o755 });
    const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    const { code } = await run(['1', '--report', page, '--open'], { env });
    expect(code).toBe(0);
    await until(() => {
      try {
        return readFileSync(shown, 'utf8') === `${page}\n`;
      } catch {
        return false;
      }
    });
  });

  test.skipIf(process.platform !== 'linux')('--open says so where nothing can', async () => {
    const page = join(folder, 'unopened.html');
    const { code, stderr } = await run(['1', '--report', page, '--open'], { env: { PATH: folder + '/none' } });
    expect(stderr).toContain(`warning: xdg-open could not be started to open ${page}`);
    expect(code).toBe(0);
  });

  test.skipIf(process.platform === 'win32')('an interruption ends all that runs', async () => {
    const child = spawn(process.execPath, [demo, '62', '63', '--no-report'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (printed === '') child.kill('SIGINT'); // What is printed first is the opening.
      printed += chunk;
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(printed).toMatch(/^✘ 0 examples: 0 passed, 0 failed, interrupted: 2 not run/m);
  });

  test.each([
    [['99'], 'there is no example 99: --list shows them all'],
    [['race'], 'It is not the number of an example.'],
    [['--only', 'nothing'], 'Allowed choices are processes, threads,'],
    [['--fast'], "unknown option '--fast'"],
    [['1', '--repeat', '0'], 'It is not a number of times, 1 to 99999.'],
    [['1', '--repeat', 'twice'], 'It is not a number of times, 1 to 99999.'],
    [['1', '--report'], "option '--report <file>' argument missing"],
    [['1', '--report', join(demo, 'page.html')], `cannot write ${join(demo, 'page.html')}: `],
    [['1', '--trace', folder], `cannot write ${folder}: EISDIR`],
    [['--no-report', '--open'], "option '--open' needs the page that '--no-report' leaves out"],
    [['--list', '--trace', 'x'], "option '--list' runs nothing"],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
