import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { THEMES } from '../conformance/clauses/index.js';
import { clausesOf } from '../conformance/clauses-of.js';
import { RecordingHost, runLockstep } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { parseProgram, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { heapConfig, type HeapFactory } from '../spec/index.js';
import { CANARIES } from './canaries.js';
import { FAULTS, faultyHeap } from './catalogue.js';

/** What shows a fault: a program, and the clause that its finding names. */
interface Show {
  readonly clause: string;
  readonly program: string;
}

/** Commands for each number from 1 to `count`. */
const times = (count: number, command: (n: number) => string): string =>
  Array.from({ length: count }, (_, i) => command(i + 1)).join('\n');

const SHOWS: Readonly<Record<string, Show>> = {
  'overlooks-fit-at-word-edge': {
    clause: 'alloc.exact-fit',
    program: 's1 = alloc 31\ns2 = alloc 1\nfree s1\ns3 = alloc 31',
  },
  'misses-lowest-leaf': {
    clause: 'alloc.best-fit.tie',
    program: `config maxHeapList=4
      s1 = alloc 4\ns2 = alloc 1\ns3 = alloc 4\ns4 = alloc 1\nfree s3\nfree s1\ns5 = alloc 4`,
  },
  'coalescing-drops-released': {
    clause: 'free.coalesce.released',
    program: 's1 = alloc 1\nfreeOSMemory\nfree s1',
  },
  'split-renews-age': { clause: 'alloc.split.age', program: 's1 = alloc 1\ntick 6ns\ns2 = alloc 1' },
  'growth-takes-short': {
    clause: 'growth.fallback.missed',
    program: 'config arenaPages=6 growRound=32768\ns1 = alloc 1',
  },
  'counts-released-twice': {
    clause: 'scavenge.newly-merged',
    program: 's1 = alloc 1\nfreeOSMemory\nfree s1\nfreeOSMemory',
  },
  'scavenges-at-limit': { clause: 'scavenge.age-at-limit', program: 's1 = alloc 1\nscavenge 0s' },
  'reuse-counts-own-pages': {
    clause: 'alloc.split.released',
    program: 's1 = alloc 1\nfreeOSMemory\ns2 = alloc 1',
  },
  'stack-counts-united': { clause: 'free.stack', program: 's1 = allocStack 1\nfreeStack s1' },
  'released-counts-as-clean': {
    clause: 'alloc.zero.cleared',
    program: 's1 = alloc 1\nfreeOSMemory\nfree s1 dirty\ns2 = alloc 1 needzero',
  },
  'trusts-stale-entry': {
    clause: 'query.heap',
    program: 's1 = alloc 1\ns2 = alloc 1\nfree s2\nfree s1\ns3 = alloc 3\nquery s3+8192',
  },
  'overlooks-last-slot': {
    clause: 'bits.skips-live',
    program: [
      times(64, (n) => `o${n} = malloc 128`),
      'gcStart',
      times(63, (n) => `mark o${n}`),
      'gcEnd\no65 = malloc 128',
    ].join('\n'),
  },
  'hands-out-whole-byte': {
    clause: 'central.nonempty.own',
    program: 'o1 = malloc 64\nflush\no2 = malloc 64',
  },
  'largest-small-is-large': { clause: 'central.grow.not-large', program: 'o1 = malloc 32768' },
  'tiny-tie-opens-block': {
    clause: 'malloc.tiny.keeps-roomier',
    program: 'o1 = malloc 9\no2 = malloc 9',
  },
  'largefree-counts-request': {
    clause: 'sweep.large.counted',
    program: 'o1 = malloc 40000\ngcStart\ngcEnd',
  },
  'flush-forgets-last-class': {
    clause: 'flush.counters',
    program: 'o1 = malloc 32768\ngcStart\ngcEnd\nflush',
  },
  'one-left-counts-as-full': { clause: 'central.uncache.live', program: 'o1 = malloc 4096\nflush' },
  'compares-cut-offset': {
    clause: 'specials.short-offset',
    program: 'o1 = malloc 70000\naddFinalizer o1 id 0\naddFinalizer o1+65536 id 0',
  },
  'profile-ends-with-finalizer': {
    clause: 'sweep.profile.kept',
    program: 'o1 = malloc 64\naddFinalizer o1 id 0\nsetProfile o1 id 0\ngcStart\ngcEnd',
  },
  'allocates-large-unmarked': { clause: 'malloc.marked', program: 'gcStart\no1 = malloc 40000' },
  'never-reuses-arenas': {
    clause: 'arenas.reused',
    program: 'o1 = malloc 64\ngcStart\ngcEnd\ngcStart\ngcEnd\ngcStart\no2 = malloc 64',
  },
  'reclaim-skips-exact-length': {
    clause: 'reclaim.exact',
    program: `o1 = malloc 50000\no2 = malloc 40000
      gcStart\ngcEnd distance 1048576\no3 = malloc 40960`,
  },
  'sweeps-own-pages-too': {
    clause: 'credit.large',
    program: 'o1 = malloc 16384\ngcStart\ngcEnd distance 22056\no2 = malloc 40000',
  },
  'claim-loses-swept-pages': {
    clause: 'sweep.pages.others',
    program: `config procs=2\no1 = malloc 40000\no2 = malloc 40000
      gcStart\ngcEnd distance 1048576\nsweepone\n@1 sweepone cache 1`,
  },
  'central-stops-at-claimed': {
    clause: 'central.nonempty.swept',
    program: `config procs=2\no1 = malloc 4096\no2 = malloc 4096 cache 1
      gcStart\nmark o1\nmark o2\ngcEnd distance 1048576\nsweepone\n@1 o3 = malloc 4096 cache 1`,
  },
  'reclaim-stops-at-claimed': {
    clause: 'reclaim.exact',
    program: `config procs=2\no1 = malloc 40000\no2 = malloc 64\no3 = malloc 40000
      gcStart\nmark o1\nmark o2\nmark o3\ngcEnd\ngcStart\ngcEnd distance 1048576
      sweepone\n@1 o4 = malloc 40000 cache 1`,
  },
};

const beside = (program: Program, heap: HeapFactory): ReturnType<typeof runLockstep> =>
  runLockstep(program, { heaps: [referenceHeap, heap] });

describe.each(FAULTS)('$name', (fault) => {
  const { program: text, clause } = SHOWS[fault.name];
  const program = parseProgram(text);

  test('is shown by a program, and named by its clause', () => {
    const { divergence } = beside(program, faultyHeap(fault));
    expect(divergence?.heap).toBe(`fault:${fault.name}`);
    if (divergence === undefined) return;
    expect(clausesOf(program, divergence)[0]?.id).toBe(clause);
  });

  test('is no fault of the heap that it is planted in, nor of others that stand beside it', () => {
    faultyHeap(fault).create(heapConfig(), new RecordingHost());
    expect(beside(program, optimizedHeap).divergence).toBeUndefined();
  });

  test('is refused by heaps that have no such part', () => {
    const heaps = fault.plant(referenceHeap);
    expect(heaps.name).toBe('reference');
    expect(() => heaps.create(heapConfig(), new RecordingHost())).toThrow(
      new TypeError("the fault is one of the optimized heap, and can't be planted in reference"),
    );
  });
});

test('what takes the largest small objects for large ones has all else in order', () => {
  const fault = FAULTS.find(({ name }) => name === 'largest-small-is-large');
  assert(fault);
  const heap = faultyHeap(fault).create(heapConfig({ procs: 2 }), new RecordingHost());
  const malloc = (p: number, size: number, scan = 0): unknown =>
    heap.perform({ op: 'malloc', p, size, needzero: false, scan });
  malloc(1, 32_768, 32);
  malloc(0, 8);
  expect(heap.audit?.()).toEqual([]);
  expect(heap.statistics().heap_scan).toBe(0);
  for (const [p, scan] of [
    [2, 0],
    [0, 32_769],
    [0, -1],
    [0, 0.5],
  ]) {
    expect(() => malloc(p, 32_768, scan)).toThrow(RangeError);
  }
});

test('each fault has a name of its own, in lower case and with hyphens, also beside the canaries', () => {
  const names = [...FAULTS, ...CANARIES.map(({ fault }) => fault)].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
  expect(FAULTS.map(({ name }) => name)).toEqual(Object.keys(SHOWS));
});

test('docs/faults.md lists them all', () => {
  const page = readFileSync(join(__dirname, '../../docs/faults.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(
    FAULTS.map(({ name, part, what }) => `| \`${name}\` | ${part} | ${what} | ${link(SHOWS[name].clause)} |`),
  );
});

/** A clause as a link to where it stands in the specification. */
function link(id: string): string {
  const theme = THEMES.find(({ clauses }) => clauses.some((clause) => clause.id === id));
  return `[${id}](specification/${theme?.name}.md#${id.replaceAll('.', '')})`;
}
