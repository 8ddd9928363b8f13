import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FuzzReport } from '../src/fuzzing/report.js';
import { heapspec, MAIN, TemporaryFolder } from './command-line.js';
import { checkBuild } from './repository.js';

// A fuzzing run is killed at random moments, and begun again: no program that it told of is lost, none counts twice, no
// file is half there, and the campaign comes to what one comes to that nobody killed. `npm run abuse` kills it a thousand
// times.

const KILLS = process.env.HEAPSPEC_ABUSE === undefined ? 8 : 1000;
/** Kills in one folder: the campaign of each is run again, in one go. */
const KILLS_A_FOLDER = 8;
/** A kill comes within so many ms of the start, or of the first new program. */
const LATEST = 600;
/** What is not begun by then never will be, in ms. */
const PATIENCE = 120_000;

const ARGS = ['--heap', 'canary', '--observe', 'seen.jsonl'];

let folder: TemporaryFolder;

beforeAll(checkBuild);
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => {
  folder.remove();
});

interface Seen {
  readonly run: number | null;
}

/** The new programs that were told of; the last line may have been cut. */
function seen(): number[] {
  if (!existsSync(folder.file('seen.jsonl'))) return [];
  const lines = readFileSync(folder.file('seen.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.flatMap((line) => {
    // A line that was cut stands alone: the next run begins a fresh one.
    if (!line.endsWith('}}')) return [];
    const { run } = JSON.parse(line) as Seen;
    return run === null ? [] : [run];
  });
}

async function report(args: readonly string[]): Promise<FuzzReport> {
  const { stdout, stderr } = await heapspec(['fuzz', '--json', ...args], { cwd: folder.path });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as FuzzReport;
}

/** Begins it, and kills it some ms after it began or, `inMidst`, after it went on with the campaign. */
async function kill(inMidst: boolean, after: number): Promise<void> {
  const before = seen().length;
  const child = spawn(process.execPath, [MAIN, 'fuzz', '--time', '10m', ...ARGS], {
    cwd: folder.path,
    env: { PATH: process.env.PATH },
    stdio: 'ignore',
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const begun = performance.now();
  while (inMidst && seen().length === before) {
    assert(performance.now() - begun < PATIENCE, 'no new program was run');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  setTimeout(() => child.kill('SIGKILL'), after);
  expect((await closed)[1]).toBe('SIGKILL');
}

/** None where there is no such folder: it is made for the first finding. */
function filesIn(name: string): readonly string[] {
  return existsSync(folder.file(name)) ? readdirSync(folder.file(name)) : [];
}

/** Whatever stands in the folders can be read, and nothing is left over. */
function checkFolders({ corpus, unreadable, notes }: FuzzReport): void {
  expect([corpus.ignored, unreadable, notes]).toEqual([[], [], []]);
  for (const name of readdirSync(folder.file('corpus'))) {
    expect(name).toMatch(/^[0-9a-f]{16}\.heap$|^\.campaign$/);
  }
  for (const name of filesIn('regressions')) expect(name).toMatch(/^[a-z-]+-[0-9a-f]{8}\.heap$/);
  for (const name of readdirSync(folder.file('corpus'))) {
    if (name.endsWith('.heap')) expect(statSync(folder.file(join('corpus', name))).size).toBeGreaterThan(0);
  }
}

test(
  `${KILLS} kills lose nothing`,
  async () => {
    for (let kills = 0; kills < KILLS; kills += KILLS_A_FOLDER) {
      for (let i = 0; i < KILLS_A_FOLDER; i++) await kill(i % 4 !== 3, Math.random() * LATEST);
      const told = seen();
      // What was told is kept, and never run again.
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(new Set(told).size).toBe(told.length);

      const last = await report([...ARGS, '--runs', '1']);
      checkFolders(last);
      const runs = last.campaign.runs;
      expect(runs).toBeGreaterThan(Math.max(...told));
      expect(runs).toBeLessThanOrEqual(told.length + KILLS_A_FOLDER + 1);

      const whole = await report([
        '--heap',
        'canary',
        '--runs',
        String(runs),
        '--corpus',
        'whole',
        '--regressions',
        'others',
      ]);
      expect(whole.campaign).toEqual(last.campaign);
      expect(whole.shapes).toEqual(last.shapes);
      expect(filesIn('regressions').length > 0).toBe(filesIn('others').length > 0);
      folder.remove();
      folder = new TemporaryFolder();
    }
  },
  KILLS * 60_000,
);
