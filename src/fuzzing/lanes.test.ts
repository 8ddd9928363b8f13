import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOnlyFolder } from '../../properties/adverse-folders.js';
import { takeLane, type Lane } from './lanes.js';
import { printIdentity, thisProcess } from './process-identity.js';

let folder: string;
let taken: Lane[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-lanes-'));
  taken = [];
});

afterEach(() => {
  for (const lane of taken) lane.release();
  rmSync(folder, { recursive: true });
});

const PATIENCE = 200;
const self = thisProcess();

async function take(): Promise<Lane> {
  const lane = await takeLane(join(folder, 'campaign'), { patience: PATIENCE });
  taken.push(lane);
  return lane;
}

const path = (name: string): string => join(folder, 'campaign', name);
const locks = (): string[] => readdirSync(join(folder, 'campaign')).sort();

test('a lane is held until it is released', async () => {
  const first = await take();
  const second = await take();
  expect([first.number, second.number, first.held, second.held]).toEqual([0, 1, true, true]);
  expect(locks()).toEqual(['lane-0.lock-1', 'lane-1.lock-1']);
  first.release();
  first.release();
  expect(first.held).toBe(false);
  expect((await take()).number).toBe(0);
});

test.each([
  ['was killed', { ...self, pid: 2 ** 22 + 1 }],
  ['had the number of this one, in the same container', { ...self, start: '1' }],
])('a process that %s holds no lane', async (_, identity) => {
  await take().then((lane) => lane.release());
  writeFileSync(path('lane-0.lock-7'), `${printIdentity(identity)}\n`);
  expect((await take()).number).toBe(0);
  expect(locks()).toEqual(['lane-0.lock-8']);
});

test.each([
  ['of another container, which has a process 1 too', '00000000-1-1\n000000000003\n'],
  ['that was cut off when it was made', ''],
  ['that is damaged', '\0\0\0'],
])('a lock %s keeps others away as long as it shows signs of life', async (_, text) => {
  await take().then((lane) => lane.release());
  writeFileSync(path('lane-0.lock-1'), text);
  let beats = 0;
  const heart = setInterval(() => writeFileSync(path('lane-0.lock-1'), `${text}${beats++}`), PATIENCE / 8);
  const second = await take();
  clearInterval(heart);
  expect(second.number).toBe(1);
  expect((await take()).number).toBe(0);
  expect(locks()).toEqual(['lane-0.lock-2', 'lane-1.lock-1']);
});

test('a lane shows signs of life', async () => {
  await take();
  const before = readFileSync(path('lane-0.lock-1'), 'utf8');
  expect(before).toBe(`${printIdentity(self)}\n`);
  const beat = async (): Promise<string> => {
    const last = readFileSync(path('lane-0.lock-1'), 'utf8');
    for (;;) {
      const text = readFileSync(path('lane-0.lock-1'), 'utf8');
      if (text !== last) return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  expect(await beat()).toBe(`${before}000000000001\n`);
  expect(await beat()).toMatch(/\n0{11}[2-9]\n$/);
});

test('whose lock was removed notices, and leaves the lock of who came after alone', async () => {
  const robbed = await take();
  rmSync(path('lane-0.lock-1'));
  expect(robbed.held).toBe(false);
  const next = await take();
  expect(next.number).toBe(0);
  robbed.release();
  expect(next.held).toBe(true);
});

test('of any number that begin at the same time each has a lane of its own', async () => {
  const lanes = await Promise.all(Array.from({ length: 10 }, take));
  expect(new Set(lanes.map(({ number }) => number)).size).toBe(10);
});

test('who took so long to judge a lock that another process came in between steps back', async () => {
  await take().then((lane) => lane.release());
  writeFileSync(path('lane-0.lock-1'), '00000000-1-1\n');
  const late = take();
  await new Promise((resolve) => setTimeout(resolve, PATIENCE / 4));
  // Another one has found lock 8 gone, and taken its place.
  writeFileSync(path('lane-0.lock-9'), `${printIdentity(self)}\n`);
  expect((await late).number).toBe(1);
  expect(locks()).toEqual(['lane-0.lock-1', 'lane-0.lock-9', 'lane-1.lock-1']);
});

test('a folder in which nothing can be written has no lanes', async () => {
  const readOnly = readOnlyFolder();
  try {
    await expect(takeLane(readOnly.path)).rejects.toThrow(/cannot write to .*(read-only|permission denied)/);
  } finally {
    readOnly.release();
  }
});
