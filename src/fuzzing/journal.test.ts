import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOnlyFolder, smallDisk, tellWithout } from '../../properties/adverse-folders.js';
import { RunCounter, type RunRecord } from './campaign-counts.js';
import { Journal, type JournalOptions } from './journal.js';
import type { Lane } from './lanes.js';
import type { StorageError } from './storage-error.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-journal-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const CAMPAIGN = { version: '0.1.0', seed: 1, shard: '1/1', guided: true };
const STATE = 'lane-0.state.json';
const JOURNAL = 'lane-0.journal.jsonl';

const laneOf = (path: string): Lane => ({ folder: path, number: 0, held: true, release: () => undefined });

function open(options: Partial<JournalOptions> = {}, path = folder): Journal {
  return Journal.open(laneOf(path), { campaign: CAMPAIGN, ...options });
}

/** A run, each with something of its own. Names are of any kind. */
function runOf(run: number): RunRecord {
  return {
    run,
    origin: run % 3 === 0 ? 'drawn' : 'mutated',
    status: run % 10 === 9 ? 'failed' : 'passed',
    commands: 50 + run,
    operations: 100 + run,
    ms: run / 7,
    features: ['always', `own-${run}`, '__proto__', `ü*${run % 4}`],
    shapes: new Map([
      ['always', run + 1],
      [`shape-${run % 5}`, 2],
    ]),
    findings: run % 10 === 9 ? 1 : 0,
  };
}

function counted(runs: number): RunCounter {
  const counter = new RunCounter();
  for (let run = 0; run < runs; run++) counter.add(runOf(run));
  return counter;
}

function appendRuns(journal: Journal, from: number, to: number): void {
  for (let run = from; run < to; run++) journal.append(runOf(run));
}

test.each([1, 2, 3, 7, 2000])('what was counted is there again, with a state every %d runs', (saveEvery) => {
  for (let from = 0; from < 30; from += 5) {
    const journal = open({ saveEvery });
    expect(journal.recovered.notes).toEqual([]);
    expect(journal.counts).toEqual(counted(from));
    appendRuns(journal, from, from + 5);
    // Every other process is killed.
    if (from % 2 === 0) expect(journal.close()).toBe(true);
  }
  expect(open().counts).toEqual(counted(30));
  expect(readdirSync(folder).sort()).toEqual([JOURNAL, STATE]);
});

test('a snapshot comes back with the runs behind it', () => {
  const saved: number[] = [];
  let learned = 0;
  const options: Partial<JournalOptions> = {
    saveEvery: 10,
    snapshot: () => ({ learned }),
    onSaved: () => saved.push(learned),
  };
  const journal = open(options);
  expect(journal.recovered).toEqual({ snapshot: undefined, records: [], notes: [] });
  expect(journal.save()).toBe(true);
  while (learned < 25) journal.append(runOf(learned++));
  expect(saved).toEqual([0, 10, 20]);
  const again = open(options);
  expect(again.recovered.snapshot).toEqual({ learned: 20 });
  expect(again.recovered.records).toEqual([20, 21, 22, 23, 24].map(runOf));
  // The runs that were found count for the next state.
  while (learned < 30) again.append(runOf(learned++));
  expect(saved).toEqual([0, 10, 20, 30]);
});

test('a journal that breaks off anywhere has all runs before', () => {
  appendRuns(open(), 0, 3);
  const whole = readFileSync(join(folder, JOURNAL));
  const firstLine = whole.indexOf('\n') + 1;
  for (let bytes = firstLine; bytes <= whole.length; bytes++) {
    truncateSync(join(folder, JOURNAL), bytes);
    const runs = whole.subarray(firstLine, bytes).filter((byte) => byte === 0x0a).length;
    const journal = open();
    expect(journal.recovered.notes).toEqual([]);
    expect(journal.counts).toEqual(counted(runs));
    // What is added then can be read.
    appendRuns(journal, runs, 5);
    expect(open().counts).toEqual(counted(5));
    writeFileSync(join(folder, JOURNAL), whole);
  }
});

test('a process that is killed between the two files has counted each run once', () => {
  const journal = open({ saveEvery: 5 });
  appendRuns(journal, 0, 4);
  const older = readFileSync(join(folder, JOURNAL));
  appendRuns(journal, 4, 5);
  // The state is written, the journal still the old one, with all lines or without those that were lost with the power.
  for (const text of [older, readFileSync(join(folder, JOURNAL))]) {
    writeFileSync(join(folder, JOURNAL), text);
    const next = open({ saveEvery: 5 });
    expect(next.recovered).toEqual({ snapshot: undefined, records: [], notes: [] });
    expect(next.counts).toEqual(counted(5));
  }
});

test.each<[string, (line: string) => string | Buffer]>([
  ['garbage', () => 'garbage'],
  ['bytes that are no text', () => Buffer.from([0x22, 0xff, 0x22])],
  ['zeros, as after a loss of power', () => '\0'.repeat(300)],
  ['JSON of another kind', () => '[]'],
  ['a line once more', (line) => line],
  [
    'a run of before, without new names',
    (line) => JSON.stringify({ ...(JSON.parse(line) as object), names: undefined }),
  ],
])('%s in the midst of a journal is told, and what stands before it counts', (_, damage) => {
  appendRuns(open(), 0, 5);
  const path = join(folder, JOURNAL);
  const lines = readFileSync(path, 'utf8').split('\n');
  const before = lines.slice(0, 4).join('\n');
  const behind = lines.slice(4).join('\n');
  const whole = Buffer.concat(
    [`${before}\n`, damage(lines[2]), `\n${behind}`].map((part) => Buffer.from(part)),
  );
  writeFileSync(path, whole);
  const journal = open();
  expect(journal.counts).toEqual(counted(3));
  expect(journal.recovered.notes).toEqual([
    expect.stringMatching(
      /line 5 is damaged .*; the campaign goes on .* copy .*lane-0\.aside\.journal\.jsonl$/,
    ),
  ]);
  expect(readFileSync(join(folder, 'lane-0.aside.journal.jsonl'))).toEqual(whole);
  appendRuns(journal, 3, 9);
  const next = open();
  expect(next.counts).toEqual(counted(9));
  expect(next.recovered.notes).toEqual([]);
});

test.each([
  ['another seed', { ...CAMPAIGN, seed: 2 }],
  ['another shard', { ...CAMPAIGN, shard: '2/2' }],
  ['another version', { ...CAMPAIGN, version: '0.2.0' }],
  ['more facts', { ...CAMPAIGN, heap: 'both' }],
  ['fewer facts', { version: CAMPAIGN.version, seed: CAMPAIGN.seed }],
])('a campaign with %s begins anew, and the state of the other is put aside', (_, campaign) => {
  const journal = open({ saveEvery: 5 });
  appendRuns(journal, 0, 7);
  const other = open({ campaign });
  expect(other.counts).toEqual(counted(0));
  expect(other.recovered.notes).toEqual([
    expect.stringMatching(
      /lane-0\.state\.json is not gone on from, as it is of another campaign or version: it was renamed/,
    ),
    expect.stringMatching(
      /lane-0\.journal\.jsonl is not gone on from, as it is of another campaign or version: it was/,
    ),
  ]);
  appendRuns(other, 0, 3);
  expect(open({ campaign }).counts).toEqual(counted(3));
  // Nothing was lost.
  cpSync(join(folder, 'lane-0.aside.state.json'), join(folder, STATE));
  cpSync(join(folder, 'lane-0.aside.journal.jsonl'), join(folder, JOURNAL));
  expect(open().counts).toEqual(counted(7));
});

test.each([
  ['half of it', (text: string) => text.slice(0, text.length / 2)],
  ['nothing', () => ''],
  ['zeros', (text: string) => '\0'.repeat(text.length)],
  ['a negative number', (text: string) => text.replace('"runs":10', '"runs":-10')],
  ['a name twice', (text: string) => text.replace('"own-1"', '"always"')],
  ['a name that is missing', (text: string) => text.replace(',"own-9"', '')],
])('a state with %s is told and put aside, with the journal that goes on from it', (_, damage) => {
  appendRuns(open({ saveEvery: 10 }), 0, 12);
  const path = join(folder, STATE);
  const damaged = damage(readFileSync(path, 'utf8'));
  expect(damaged).not.toBe(readFileSync(path, 'utf8'));
  writeFileSync(path, damaged);
  const journal = open();
  expect(journal.counts).toEqual(counted(0));
  expect(journal.recovered.notes).toEqual([
    expect.stringContaining('lane-0.state.json is not gone on from'),
    expect.stringContaining('the state that it goes on from is not there'),
  ]);
  expect(readFileSync(join(folder, 'lane-0.aside.state.json'), 'utf8')).toBe(damaged);
  appendRuns(journal, 0, 2);
  expect(open().counts).toEqual(counted(2));
});

test('folders and other things of those names are put aside', () => {
  mkdirSync(join(folder, STATE));
  mkdirSync(join(folder, JOURNAL));
  const journal = open();
  expect(journal.recovered.notes).toHaveLength(2);
  appendRuns(journal, 0, 2);
  expect(open().counts).toEqual(counted(2));
});

test('a journal that can not be written is told once, goes on in memory, and is whole as soon as that is possible', () => {
  const problems: StorageError[] = [];
  const journal = open({ saveEvery: 10, onProblem: (problem) => problems.push(problem) });
  appendRuns(journal, 0, 5);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file now');
  appendRuns(journal, 5, 35);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/cannot write .*lane-0\.state\.json: part of the path is not a folder/),
  ]);
  expect(journal.counts).toEqual(counted(35));
  rmSync(folder);
  mkdirSync(folder);
  appendRuns(journal, 35, 45);
  expect(open().counts).toEqual(counted(45));
  appendRuns(journal, 45, 48);
  expect(open().counts).toEqual(counted(48));
  expect(problems).toHaveLength(1);
});

test('on a full disk no file is damaged, and once there is room nothing is missing', () => {
  const disk = smallDisk(96);
  if (disk === undefined) {
    tellWithout('a full disk, which root alone can mount');
    return;
  }
  try {
    const problems: StorageError[] = [];
    const onProblem = (problem: StorageError): unknown => problems.push(problem);
    const journal = open({ saveEvery: 50, onProblem: (problem) => void onProblem(problem) }, disk.path);
    let runs = 0;
    for (; problems.length === 0; runs++) journal.append(runOf(runs));
    expect(problems[0].message).toMatch(/no space is left on the device/);
    const kept = open({}, disk.path);
    expect(kept.recovered.notes).toEqual([]);
    expect(kept.counts).toEqual(counted(kept.counts.runs));
    expect(kept.counts.runs).toBeGreaterThanOrEqual(runs - 50);
    expect(journal.close()).toBe(false);
    disk.relent();
    expect(journal.close()).toBe(true);
    expect(open({}, disk.path).counts).toEqual(counted(runs));
    expect(problems).toHaveLength(1);
  } finally {
    disk.release();
  }
});

test('behind a line that a full disk broke off none is added', () => {
  const disk = smallDisk();
  if (disk === undefined) {
    tellWithout('a full disk, which root alone can mount');
    return;
  }
  try {
    let full = false;
    const journal = open({ onProblem: () => (full = true) }, disk.path);
    let runs = 0;
    while (!full) journal.append(runOf(runs++));
    disk.relent();
    appendRuns(journal, runs, runs + 3);
    const kept = open({}, disk.path);
    expect(kept.recovered.notes).toEqual([]);
    expect(kept.counts).toEqual(counted(runs - 1));
    expect(journal.close()).toBe(true);
    expect(open({}, disk.path).counts).toEqual(counted(runs + 3));
  } finally {
    disk.release();
  }
});

test('a journal whose lane is somebody else’s now leaves the files alone', () => {
  const problems: StorageError[] = [];
  let held = true;
  const lane: Lane = {
    ...laneOf(folder),
    get held() {
      return held;
    },
  };
  const journal = Journal.open(lane, { campaign: CAMPAIGN, onProblem: (problem) => problems.push(problem) });
  appendRuns(journal, 0, 3);
  held = false;
  appendRuns(journal, 3, 6);
  expect(journal.close()).toBe(false);
  expect(problems).toEqual([
    expect.objectContaining({ message: expect.stringContaining('lock') as unknown }),
  ]);
  expect(open().counts).toEqual(counted(3));
});

test('a journal is not opened where nothing can be written', () => {
  const readOnly = readOnlyFolder((path) => {
    appendRuns(open({}, path), 0, 3);
    appendFileSync(join(path, JOURNAL), 'half a line');
  });
  try {
    expect(() => open({}, readOnly.path)).toThrow(
      /cannot write .*: (the file system is read-only|permission denied)/,
    );
  } finally {
    readOnly.release();
  }
});
