import { heapConfig, type Operation } from '../../spec/index.js';
import { MemoryHost } from './memory-host.js';

const PAGE = 8192;
const config = heapConfig({ arenaPages: 64 });

/** A host of which 16 pages are mapped, and of these the first two are a live span. */
function hostWithSpan(settings: Partial<typeof config> = {}, seed = 1): MemoryHost {
  const host = new MemoryHost({ ...config, ...settings }, { script: { seed, refusals: 0 } });
  host.sysMap(0, 16 * PAGE);
  give(host, 0, 2);
  return host;
}

/** The heap gives out a span. */
function give(
  host: MemoryHost,
  base: number,
  npages: number,
  needzero = false,
  zeroed = host.clears.length > 0,
): void {
  host.after({ op: 'alloc', npages, sizeclass: 0, large: true, needzero }, { base, zeroed });
  host.reset();
}

function giveStack(host: MemoryHost, base: number, npages: number): void {
  host.after({ op: 'allocStack', npages }, { base });
}

/** The heap takes a span back, which may be dirty or not. */
function take(host: MemoryHost, base: number, needzero = true): void {
  const operation: Operation = { op: 'free', base, acct: 0, needzero };
  host.before(operation);
  host.after(operation, undefined);
}

function takeStack(host: MemoryHost, base: number): void {
  const operation: Operation = { op: 'freeStack', base };
  host.before(operation);
  host.after(operation, undefined);
}

test('nothing is wrong with a heap that does all properly', () => {
  const host = hostWithSpan({ physPageSize: 16384 });
  give(host, 2 * PAGE, 3, true, false);
  take(host, 2 * PAGE);
  host.clear(2 * PAGE, 2 * PAGE);
  give(host, 2 * PAGE, 2, true);
  take(host, 2 * PAGE, false);
  give(host, 2 * PAGE, 2, true);
  take(host, 2 * PAGE);
  host.sysUnused(2 * PAGE, 2 * PAGE);
  host.sysUsed(2 * PAGE, 3 * PAGE);
  giveStack(host, 3 * PAGE, 2);
  host.sysMap(16 * PAGE, 48 * PAGE);
  giveStack(host, 63 * PAGE, 1);
  takeStack(host, 3 * PAGE);
  host.before({ op: 'free', base: PAGE, acct: 0, needzero: true });
  host.after({ op: 'free', base: PAGE, acct: 0, needzero: true }, undefined);
  host.after({ op: 'alloc', npages: 99, sizeclass: 0, large: true, needzero: true }, null);
  host.verifyAll();
  expect(host.problems).toEqual([]);
});

test.each<[does: string, to: (host: MemoryHost) => unknown, problem: RegExp]>([
  [
    'maps behind a gap',
    (h) => h.sysMap(17 * PAGE, PAGE),
    /^map 8192 bytes @139264: the mapped arena ends at 131072$/,
  ],
  ['maps anew', (h) => h.sysMap(0, PAGE), /^map 8192 bytes @0: the mapped/],
  ['maps half a page', (h) => h.sysMap(16 * PAGE, 100), /whole pages/],
  ['maps nothing', (h) => h.sysMap(16 * PAGE, 0), /whole pages/],
  ['maps too much', (h) => h.sysMap(16 * PAGE, 49 * PAGE), /the reserved arena ends at 524288/],
  ['clears a live span', (h) => h.clear(PAGE, 8), /^clear 8 bytes @8192: span @0 of 2 pages is in use$/],
  [
    'clears into a live span',
    (h) => {
      take(h, 0);
      give(h, PAGE, 1);
      h.clear(0, PAGE + 1);
    },
    /span @8192 of 1 pages is in use/,
  ],
  ['clears what is not mapped', (h) => h.clear(16 * PAGE - 4, 8), /^clear .* mapped arena ends/],
  ['clears what is below', (h) => h.clear(-8, 16), /^clear .* mapped arena ends/],
  [
    'clears what is released',
    (h) => {
      h.sysUnused(2 * PAGE, PAGE);
      h.clear(2 * PAGE, PAGE);
    },
    /^clear .*@16384 is released$/,
  ],
  ['releases a live span', (h) => h.sysUnused(PAGE, 2 * PAGE), /^release .*: span @0 of 2 pages is in use$/],
  ['releases what is not mapped', (h) => h.sysUnused(15 * PAGE, 2 * PAGE), /^release .* mapped arena ends/],
  [
    'releases part of a physical page',
    (h) => h.sysUnused(2 * PAGE + 2048, 4096),
    /whole physical pages of 4096/,
  ],
  ['releases a part at the end', (h) => h.sysUnused(2 * PAGE, 5000), /whole physical pages of 4096/],
  ['uses a live span anew', (h) => h.sysUsed(0, PAGE), /^use .*: span @0 of 2 pages is in use$/],
  ['uses what is not mapped', (h) => h.sysUsed(16 * PAGE, PAGE), /^use .* mapped arena ends/],
  ['gives out a live span', (h) => give(h, 0, 2), /^give out 16384 bytes @0: span @0 of 2 pages is in use$/],
  ['gives out a live page', (h) => giveStack(h, PAGE, 4), /^give out .*: span @0 of 2 pages is in use$/],
  ['gives out half a page', (h) => give(h, 2 * PAGE + 4096, 1), /not whole pages/],
  ['gives out what is not mapped', (h) => give(h, 15 * PAGE, 2), /the mapped arena, which ends at 131072/],
  ['gives out what is below', (h) => give(h, -PAGE, 1), /not whole pages of the mapped arena/],
  ['gives out no number', (h) => give(h, Number.NaN, 1), /not whole pages of the mapped arena/],
  [
    'gives out released memory',
    (h) => {
      h.sysUnused(3 * PAGE, PAGE);
      give(h, 2 * PAGE, 2);
    },
    /@24576 is released/,
  ],
  [
    'uses too little',
    (h) => {
      h.sysUnused(2 * PAGE, 2 * PAGE);
      h.sysUsed(2 * PAGE, PAGE);
      giveStack(h, 2 * PAGE, 2);
    },
    /@24576 is released/,
  ],
  [
    'gives out dirt for zeroes',
    (h) => {
      take(h, 0);
      give(h, PAGE, 1, true);
    },
    /^give out .*, zeroed: the byte @8192 is \d+$/,
  ],
  [
    'clears too little',
    (h) => {
      take(h, 0);
      h.clear(0, PAGE);
      give(h, 0, 2, true);
    },
    /zeroed: the byte @8192/,
  ],
  [
    'gives out a dirty stack for zeroes',
    (h) => {
      giveStack(h, 2 * PAGE, 1);
      takeStack(h, 2 * PAGE);
      give(h, 2 * PAGE, 1, true);
    },
    /zeroed/,
  ],
  ['says zeroed but is not', (h) => give(h, 2 * PAGE, 1, true, true), /zeroed is true, and clear nothing$/],
  [
    'clears but does not say so',
    (h) => {
      h.clear(2 * PAGE, PAGE);
      give(h, 2 * PAGE, 1, true, false);
    },
    /zeroed is false, and clear 8192 bytes @16384$/,
  ],
  [
    'clears something else',
    (h) => {
      h.clear(3 * PAGE, PAGE);
      give(h, 2 * PAGE, 1, true, true);
    },
    /zeroed is true, and clear 8192 bytes @24576$/,
  ],
])('a heap that %s', (_, to, problem) => {
  const host = hostWithSpan();
  to(host);
  expect(host.problems.join('; ')).toMatch(problem);
});

test('lost content is found when a span is freed, and at the end', () => {
  const host = hostWithSpan();
  giveStack(host, 2 * PAGE, 1);
  host.clear(2 * PAGE - 4, 8);
  host.problems.length = 0;
  take(host, 0);
  host.verifyAll();
  expect(host.problems).toEqual([
    'lose content: the byte @16380 of live span @0 had changed when it was freed',
    'lose content: the byte @16384 of live span @16384 had changed at the end',
  ]);
});

describe('released pages', () => {
  /** Releases 14 dirty pages, one by one in some order, and says which physical pages of 4096 bytes are still dirty. */
  function kept(seed: number, order: (a: number, b: number) => number): boolean[] {
    const host = hostWithSpan({}, seed);
    give(host, 2 * PAGE, 14);
    take(host, 2 * PAGE);
    const pages = Array.from({ length: 14 }, (_, i) => (i + 2) * PAGE).sort(order);
    for (const page of pages) host.sysUnused(page, PAGE);
    host.sysUsed(2 * PAGE, 14 * PAGE);
    const dirty = [];
    for (let grain = 4; grain < 32; grain++) dirty.push(host.byteAt(grain * 4096) !== 0);
    return dirty;
  }
  const up = (a: number, b: number): number => a - b;
  const down = (a: number, b: number): number => b - a;

  test('are kept or zeroed one by one, by seed', () => {
    expect(new Set(kept(1, up))).toEqual(new Set([true, false]));
    expect(kept(1, up)).not.toEqual(kept(2, up));
    expect(kept(1, up)).toEqual(kept(1, up));
  });

  test('are so in whatever order a heap releases them', () => {
    expect(kept(1, down)).toEqual(kept(1, up));
  });

  test('a very long release takes no time', () => {
    const host = new MemoryHost({ ...config, arenaPages: 2 ** 26 });
    host.sysMap(0, 2 ** 26 * PAGE);
    giveStack(host, 0, 2 ** 26);
    takeStack(host, 0);
    host.sysUnused(0, 2 ** 26 * PAGE);
    host.sysUsed(0, 2 ** 26 * PAGE);
    giveStack(host, 0, 2 ** 26);
    host.verifyAll();
    expect(host.problems).toEqual([]);
  });
});
