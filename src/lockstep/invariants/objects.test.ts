import { ReferenceHeap } from '../../reference/index.js';
import { heapConfig, type Operation, type State } from '../../spec/index.js';
import { ObjectLedger } from '../objects/object-ledger.js';
import { performObserved } from '../perform-observed.js';
import { RecordingHost } from '../recording-host.js';
import { BIT_INVARIANTS } from './bits.js';
import { CACHE_INVARIANTS } from './caches.js';
import { CENTRAL_INVARIANTS } from './central.js';
import { COUNTER_INVARIANTS } from './counters.js';
import { checkInvariants, type StateView } from './index.js';
import type { ObjectSpanState } from './object-states.js';
import { OBJECT_INVARIANTS } from './objects.js';
import { SWEEPING_INVARIANTS } from './sweeping.js';

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
type Draft = Mutable<Pick<Required<StateView>, 'config' | 'state' | 'statistics' | 'before'>> & {
  readonly objects: ObjectLedger;
};
type Span = Mutable<ObjectSpanState>;

/** Does something to a sound view that all the named invariants must notice. */
type Breakage = [does: string, to: (view: Draft) => unknown, ...broken: string[]];

/** A heap with objects whose operations a ledger follows. */
class Followed {
  readonly config = heapConfig({ arenaPages: 4096, procs: 2 });
  readonly host = new RecordingHost();
  readonly heap = new ReferenceHeap(this.config, this.host);
  readonly objects = new ObjectLedger();
  #before: StateView['before'] | undefined = undefined;

  perform(operation: Operation): number {
    this.#before = { state: this.heap.state(), statistics: this.heap.statistics() };
    const outcome = performObserved(this.heap, this.host, operation);
    if (outcome.error !== undefined) throw new Error(outcome.error.message);
    const { result } = outcome;
    this.objects.observe(operation, result, outcome);
    return typeof result === 'object' && result !== null && 'addr' in result ? result.addr : 0;
  }

  malloc(size: number, p = 0): number {
    return this.perform({ op: 'malloc', p, size, needzero: false, scan: size });
  }

  view(): Draft {
    const { config, heap, objects } = this;
    const view = { config, state: heap.state(), statistics: heap.statistics(), before: this.#before };
    return { ...structuredClone(view), objects } as unknown as Draft;
  }
}

/** Objects of several classes in two caches, large ones, special records and a tiny block; some of them marked. */
function filled(): Followed {
  const heap = new Followed();
  const small = Array.from({ length: 80 }, () => heap.malloc(100));
  heap.malloc(100, 1);
  heap.malloc(5000, 1);
  const large = [50_000, 60_000, 50_000].map((size) => heap.malloc(size));
  heap.perform({ op: 'malloc', p: 0, size: 7, needzero: false, scan: 0 });
  heap.perform({ op: 'addFinalizer', p: 0, addr: small[3], id: 1 });
  heap.perform({ op: 'setProfile', p: 0, addr: small[3], id: 2 });
  heap.perform({ op: 'gcStart' });
  for (const addr of [...small.slice(0, 70), large[0], large[2]]) heap.perform({ op: 'mark', addr });
  return heap;
}

/** While marking. */
function marking(): Draft {
  return filled().view();
}

/** After marking, with much to sweep, and a cache that has begun to allocate. */
function sweeping(): Draft {
  const heap = filled();
  heap.perform({ op: 'gcEnd', heapDistance: 1e9 });
  heap.malloc(100);
  heap.perform({ op: 'malloc', p: 0, size: 7, needzero: false, scan: 0 });
  heap.perform({ op: 'query', addr: 0 });
  return heap.view();
}

function spanOf(state: Mutable<State>, sizeclass: number, wanted = (_: Span): boolean => true): Span {
  const found = state.spans.find(
    (span) => span.state === 'inuse' && span.sizeclass === sizeclass && wanted(span as Span),
  );
  if (found === undefined) throw new Error(`there is no such span of class ${sizeclass}`);
  return found as Span;
}

/** The size classes of 100 and of 5000 bytes, and of tiny blocks. */
const [SMALL, MIDDLE, TINY] = [8, 45, 2];

const isCached = ({ incache }: Span): boolean => incache;
const isUnswept = ({ sweepgen }: Span): boolean => sweepgen !== 0;

const WHILE_SWEEPING: readonly Breakage[] = [
  ['has room for one more', ({ state }) => spanOf(state, SMALL).nelems++, 'objects.layout'],
  ['ends a small span early', ({ state }) => spanOf(state, SMALL).limit--, 'objects.layout'],
  ['ends a large span a page early', ({ state }) => (spanOf(state, 0).limit -= 8192), 'objects.layout'],
  [
    'looks behind the end',
    ({ state }) => (spanOf(state, SMALL).freeindex = 74),
    'objects.freeindex-in-range',
  ],
  ['counts one too many', ({ state }) => spanOf(state, SMALL).allocCount++, 'objects.counted'],
  [
    'keeps an empty span',
    ({ state }) => (spanOf(state, MIDDLE).allocCount = 0),
    'objects.spans-hold-some',
    'objects.counted',
  ],
  [
    'has lost an object',
    ({ state }) => (spanOf(state, SMALL, isCached).freeindex = 0),
    'objects.same-objects',
    'objects.counted',
    'bits.alloc-cache',
  ],
  ['keeps what is dead', ({ objects }) => anySpan(objects, SMALL).ids.fill(0), 'objects.same-objects'],
  ['has a span of another class', ({ state }) => (spanOf(state, SMALL).sizeclass = 9), 'objects.same-spans'],
  [
    'has lost a span',
    ({ state }) => state.spans.splice(state.spans.indexOf(spanOf(state, MIDDLE)), 1),
    'objects.same-spans',
    'spans.tile-arena',
  ],
  ['has lost a special', ({ state }) => spanOf(state, SMALL).specials?.pop(), 'objects.same-specials'],
  [
    'has specials in the wrong order',
    ({ state }) => spanOf(state, SMALL).specials?.reverse(),
    'objects.same-specials',
    'specials.sorted',
  ],
  [
    'has a special behind the objects',
    ({ state }) => (spanOf(state, SMALL).specials = [[8191, 1]]),
    'specials.inside-objects',
  ],
  ['has swept in secret', ({ state }) => (spanOf(state, 0).sweepgen = 0), 'objects.swept-as-claimed'],
  ['puts objects on each other', ({ objects }) => objects.misplaced.push('…'), 'objects.placed-apart'],
  ['forgets a finalizer', ({ objects }) => objects.misswept.push('…'), 'objects.reported'],

  ['has bits of half a byte', ({ state }) => (spanOf(state, SMALL).allocBits += '0'), 'bits.well-formed'],
  [
    'has a bit behind the last object',
    ({ state }) => (spanOf(state, MIDDLE).gcmarkBits = '80'),
    'bits.well-formed',
  ],
  [
    'takes a free slot for a live one',
    ({ state }) => (spanOf(state, SMALL, isCached).allocCache = [0, 0]),
    'bits.alloc-cache',
  ],
  [
    'has an allocCache for a large object',
    ({ state }) => (spanOf(state, 0).allocCache = [0, 0]),
    'bits.alloc-cache',
  ],
  [
    'has marks on what is swept',
    ({ state }) => (spanOf(state, SMALL, isCached).gcmarkBits = '01000000000000000000'),
    'bits.marks-clear',
    'objects.same-marks',
  ],
  [
    'has a mark on a free slot',
    ({ state }) => (spanOf(state, MIDDLE, isUnswept).gcmarkBits = '02'),
    'bits.marks-on-objects',
  ],
  ['counts marks without marking', ({ state }) => (state.bytesMarked = 1), 'bits.bytes-marked'],
  ['fills an arena too far', ({ state }) => (state.gcBitsArenas.next[0] = 65528), 'bits.arenas-in-order'],
  ['begins an arena for nothing', ({ state }) => state.gcBitsArenas.current.push(8), 'bits.arenas-in-order'],
  [
    'has two spans share their bits',
    ({ state }) => (state.gcBitsArenas.current = [8]),
    'bits.arenas-hold-all',
  ],
  ['has no room for new marks', ({ state }) => (state.gcBitsArenas.next = []), 'bits.arenas-hold-all'],
  ['gives an arena back', ({ state }) => state.gcBitsArenas.current.pop(), 'bits.arenas-kept'],

  [
    'lists a span twice',
    ({ state }) => list(state, SMALL).empty.push(list(state, SMALL).empty[0]),
    'central.each-span-once',
  ],
  ['forgets a span', ({ state }) => (list(state, MIDDLE).nonempty = []), 'central.each-span-once'],
  [
    'lists a class that there is not',
    ({ state }) => (state.central[67] = { nonempty: [], empty: [] }),
    'central.each-span-once',
  ],
  [
    'lists a span with another class',
    ({ state }) => (state.central[9] = { nonempty: [list(state, MIDDLE).nonempty[0]], empty: [] }),
    'central.each-span-once',
  ],
  [
    'lists a full span as one with room',
    ({ state }) => (spanOf(state, MIDDLE).allocCount = spanOf(state, MIDDLE).nelems),
    'central.nonempty-has-room',
  ],
  [
    'lists a cached span as one to take',
    ({ state }) => list(state, SMALL).nonempty.push(list(state, SMALL).empty.pop() ?? -1),
    'central.cached-in-empty',
  ],
  [
    'loses the room of a span',
    ({ state }) => list(state, MIDDLE).empty.push(list(state, MIDDLE).nonempty.pop() ?? -1),
    'central.empty-has-no-room',
  ],

  [
    'has a span in two caches',
    ({ state }) => (cache(state, 1).alloc = { ...cache(state, 0).alloc }),
    'caches.current-spans',
  ],
  ['has a span in no cache', ({ state }) => (cache(state, 0).alloc = {}), 'caches.current-spans'],
  [
    'caches what is not swept',
    ({ state }) => (spanOf(state, SMALL, isCached).sweepgen = -2),
    'caches.current-spans',
  ],
  [
    'caches an empty span',
    ({ state }) => (spanOf(state, SMALL, isCached).allocCount = 0),
    'caches.hold-objects',
  ],
  [
    'opens a block of another class',
    ({ state }) => (cache(state, 0).tiny = spanOf(state, SMALL).base),
    'caches.tiny-block',
  ],
  [
    'opens a block that is free',
    ({ state }) => (cache(state, 0).tiny = spanOf(state, TINY).base + 1600),
    'caches.tiny-block',
  ],
  ['uses too much of a block', ({ state }) => (cache(state, 0).tinyoffset = 17), 'caches.tiny-block'],
  [
    'opens a block twice',
    ({ state }) => Object.assign(cache(state, 1), { tiny: cache(state, 0).tiny, tinyoffset: 7 }),
    'caches.tiny-blocks-apart',
  ],
  ['counts below nothing', ({ state }) => (cache(state, 1).counters.nlookup = -1), 'caches.counters'],

  [
    'puts a span on the wrong stack',
    ({ state }) => state.sweepStacks.swept.push(...state.sweepStacks.unswept.splice(0, 1)),
    'sweeping.right-stack',
  ],
  ['counts a page too many', ({ statistics }) => statistics.pagesSwept++, 'sweeping.pages-add-up'],
  ['sweeps for nothing', ({ state }) => (state.sweepPagesPerByte = 0), 'sweeping.paid-for'],
  ['has no ratio', ({ state }) => (state.sweepPagesPerByte = NaN), 'sweeping.paid-for'],
  ['puts an unswept span behind', ({ before }) => before.state.busy[7].reverse(), 'sweeping.unswept-ahead'],

  ['thinks that too little lives', ({ statistics }) => (statistics.heap_live -= 8192), 'counters.heap-live'],
  ['thinks that too much lives', ({ statistics }) => (statistics.heap_live += 8192), 'counters.heap-live'],
  ['counts a large object twice', ({ statistics }) => statistics.heap_objects++, 'counters.heap-objects'],
  ['counts a free twice', ({ state }) => (cache(state, 0).nsmallfree[9] = 1), 'counters.small-frees'],
  ['counts a free of its own', ({ state }) => (state.nsmallfree[SMALL] = 99), 'counters.small-frees'],
  ['counts a large free', ({ statistics }) => statistics.nlargefree++, 'counters.large-frees'],
  [
    'counts large bytes',
    ({ state }) => (cache(state, 0).counters.largefree = 8),
    'counters.large-freed-bytes',
  ],
  ['counts a tiny object', ({ statistics }) => statistics.tinyallocs++, 'counters.tiny-allocs'],
  ['forgets pointers', ({ statistics }) => (statistics.heap_scan -= 8), 'counters.heap-scan'],
  ['forgets a lookup', ({ statistics }) => (statistics.nlookup -= 1), 'counters.lookups'],
];

const WHILE_MARKING: readonly Breakage[] = [
  [
    'has lost a mark',
    ({ state }) => (spanOf(state, 0, ({ gcmarkBits }) => gcmarkBits === '01').gcmarkBits = '00'),
    'objects.same-marks',
    'bits.bytes-marked',
  ],
  ['counts a mark twice', ({ state }) => (state.bytesMarked = 1), 'bits.bytes-marked'],
  ['still sweeps', ({ statistics }) => (statistics.sweepdone = 0), 'sweeping.done-while-marking'],
  [
    'frees a span',
    ({ state, before }) => {
      const free = state.spans.find((span) => span.state === 'free');
      if (free === undefined) throw new Error('no span is free');
      before.state.spans = [{ state: 'stack', base: free.base, npages: 1, needzero: 0 }];
    },
    'sweeping.none-freed-while-marking',
  ],
];

function anySpan(objects: ObjectLedger, sizeclass: number): { readonly ids: Float64Array } {
  for (const span of objects.spans) if (span.sizeclass === sizeclass) return span;
  throw new Error(`the ledger has no span of class ${sizeclass}`);
}

function list(state: Mutable<State>, sizeclass: number): { nonempty: number[]; empty: number[] } {
  return state.central[sizeclass];
}

function cache(state: Mutable<State>, p: number): Mutable<NonNullable<State['mcache'][number]>> {
  const found = state.mcache[p];
  if (found === null) throw new Error(`there is no cache ${p}`);
  return found;
}

function brokenBy(view: Draft): string[] {
  return checkInvariants(view).map(({ name }) => name);
}

describe.each([
  ['while sweeping', sweeping, WHILE_SWEEPING],
  ['while marking', marking, WHILE_MARKING],
] as const)('invariants of objects, %s', (_when, view, breakages) => {
  test('hold of a sound heap, and where only the present is known', () => {
    const { config, state, statistics } = view();
    expect(brokenBy(view())).toEqual([]);
    expect(checkInvariants({ config, state, statistics })).toEqual([]);
  });

  test.each(breakages)('a heap that %s', (_, to, ...broken) => {
    const draft = view();
    to(draft);
    expect(brokenBy(draft)).toEqual(expect.arrayContaining(broken));
  });
});

test('a special record that the ledger can not follow ends its part', () => {
  const draft = sweeping();
  anySpan(draft.objects, SMALL).ids.fill(0);
  draft.statistics.heap_live += 8192;
  draft.objects.stray = true;
  expect(brokenBy(draft)).toEqual([]);
});

test('all have been seen broken', () => {
  const seen = new Set([...WHILE_SWEEPING, ...WHILE_MARKING].flatMap(([, , ...broken]) => broken));
  const all = [
    ...[OBJECT_INVARIANTS, BIT_INVARIANTS, CENTRAL_INVARIANTS],
    ...[CACHE_INVARIANTS, SWEEPING_INVARIANTS, COUNTER_INVARIANTS],
  ].flat();
  expect(all.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
});
