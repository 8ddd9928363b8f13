import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorpusFolder } from '../src/fuzzing/corpus-folder.js';
import { RegressionsFolder } from '../src/fuzzing/regressions-folder.js';
import { runAndKill, type Killed } from './kills.js';
import { checkBuild, REPOSITORY } from './repository.js';

// A process stores what a campaign stores, and is killed at random moments: nothing that it said to be stored is lost,
// nothing counts twice, and no file is half there. `npm run abuse` kills it a thousand times.

const WRITER = join(REPOSITORY, 'properties', 'storage-writer.mjs');
const KILLS = process.env.HEAPSPEC_ABUSE === undefined ? 30 : 1000;
/** Kills in one folder: the more, the more there is to check. */
const KILLS_A_FOLDER = 25;
/** A kill comes when so many runs are stored, at most, and then so many ms later. */
const MOST_RUNS = 40;
const LATEST = 10;

interface Counts {
  readonly lastRun: number;
  readonly runs: number;
  readonly operations: number;
  readonly features: readonly (readonly [string, number])[];
  readonly findings: number;
}

interface Message {
  readonly lane?: number;
  readonly notes?: readonly string[];
  readonly snapshot?: number;
  readonly behind?: number;
  readonly counts?: Counts;
  readonly stored?: number;
  readonly saved?: boolean;
  readonly problem?: string;
}

let folder: string;

beforeAll(checkBuild);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-storage-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const messagesOf = (killed: Killed): Message[] => killed.lines.map((line) => JSON.parse(line) as Message);

/** What has to be counted after so many runs: see `storage-writer.mjs`. */
function countsAfter(runs: number): Counts {
  const features = new Map<string, number>();
  if (runs > 0) features.set('always', runs);
  let operations = 0;
  for (let run = 0; run < runs; run++) {
    operations += run;
    features.set(`of-${run % 50}`, (features.get(`of-${run % 50}`) ?? 0) + 1);
  }
  return {
    lastRun: runs - 1,
    runs,
    operations,
    features: [...features].sort(),
    findings: Math.floor(runs / 5),
  };
}

/** What the folders hold: every file there has to be readable. */
function checkFolders(runs: number, lanes = 1): void {
  const { files, skipped } = CorpusFolder.open(join(folder, 'corpus')).read();
  expect(skipped).toEqual([]);
  const findings = new RegressionsFolder(join(folder, 'regressions')).read();
  expect(findings.filter((finding) => 'problem' in finding)).toEqual([]);
  const shrunk = findings.filter(({ path }) => !path.endsWith('.unshrunk.heap'));
  // Of each lane one more run may have got so far, and not been counted.
  const within = (count: number, least: number): void => {
    expect(count).toBeGreaterThanOrEqual(least);
    expect(count).toBeLessThanOrEqual(least + lanes);
  };
  within(files.length, runs * lanes);
  within(shrunk.length, Math.floor(runs / 5) * lanes);
  expect(findings.length - shrunk.length).toBeLessThanOrEqual(lanes);
  for (const name of readdirSync(join(folder, 'corpus'))) {
    expect(name).toMatch(/^[0-9a-f]{16}\.heap$|^\.campaign$/);
  }
}

/** Kills a process again and again; gives how often that was in the midst of its work. */
async function killRepeatedly(kills: number): Promise<number> {
  let stored = 0;
  let timely = 0;
  for (let i = 0; i < kills; i++) {
    const kill = { lines: 1 + Math.floor(Math.random() * MOST_RUNS), after: Math.random() * LATEST };
    const killed = await runAndKill([WRITER, folder, '1000000'], kill);
    expect(killed.stderr).toBe('');
    expect(killed.signal).toBe('SIGKILL');
    const [start, ...others] = messagesOf(killed);
    const { counts } = start;
    if (counts === undefined) throw new Error('it did not begin');
    expect(start).toMatchObject({ lane: 0, notes: [] });
    // All that it said, and at most the run that it was about to tell of.
    expect(counts.runs).toBeGreaterThanOrEqual(stored);
    expect(counts.runs).toBeLessThanOrEqual(stored + 1);
    expect({ ...counts, features: [...counts.features].sort() }).toEqual(countsAfter(counts.runs));
    expect((start.snapshot ?? 0) + (start.behind ?? 0)).toBe(counts.runs);
    stored = counts.runs + others.length;
    expect(others).toEqual(others.map((_, index) => ({ stored: counts.runs + index })));
    if (others.length > 0) timely++;
  }
  const [end] = messagesOf(await runAndKill([WRITER, folder, '0']));
  const runs = end.counts?.runs ?? -1;
  expect(runs).toBeGreaterThanOrEqual(stored);
  checkFolders(runs);
  checkObservations(runs, kills);
  return timely;
}

/** A kill breaks off a line at most, and what follows begins on a fresh one. */
function checkObservations(runs: number, kills: number): void {
  const lines = readFileSync(join(folder, 'observed-0.jsonl'), 'utf8').trimEnd().split('\n');
  const whole = lines.filter((line) => /^\{"run":\d+\}$/.test(line));
  expect(lines.length - whole.length).toBeLessThanOrEqual(kills);
  expect(new Set(whole).size).toBeGreaterThanOrEqual(runs - kills);
}

test(`after ${KILLS} kills at random moments nothing is lost and every file can be read`, async () => {
  let timely = 0;
  for (let left = KILLS; left > 0; left -= KILLS_A_FOLDER) {
    timely += await killRepeatedly(Math.min(left, KILLS_A_FOLDER));
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
  // Else it was not tried.
  expect(timely).toBeGreaterThan(KILLS / 2);
}, 1_200_000);

test('after kills while it begins, too', async () => {
  const { lines } = await runAndKill([WRITER, folder, '20']);
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ saved: true });
  const begin = performance.now();
  await runAndKill([WRITER, folder, '0']);
  const whole = performance.now() - begin;
  for (let i = 0; i < KILLS / 3; i++) {
    await runAndKill([WRITER, folder, '0'], { after: whole * (0.3 + 0.7 * Math.random()) });
  }
  const [end] = messagesOf(await runAndKill([WRITER, folder, '0']));
  expect(end).toMatchObject({ lane: 0, notes: [], counts: { runs: 20 } });
  checkFolders(20);
}, 600_000);

test('processes that begin at the same time in one folder work side by side', async () => {
  // What was killed before is taken over by one of them.
  await runAndKill([WRITER, folder, '1000000'], { lines: 20, after: 0 });
  const processes = Array.from({ length: 4 }, () => runAndKill([WRITER, folder, '200']));
  const all = (await Promise.all(processes)).map(messagesOf);
  for (const messages of all) expect(messages.at(-1)).toEqual({ saved: true });
  expect(new Set(all.map(([{ lane }]) => lane)).size).toBe(4);
  const lanes = Math.max(...all.map(([{ lane }]) => lane ?? -1)) + 1;
  const again = messagesOf(await runAndKill([WRITER, folder, '0']));
  expect(again[0]).toMatchObject({ lane: 0, notes: [] });
  expect(lanes).toBe(4);
  checkFolders(200, 4);
}, 120_000);
