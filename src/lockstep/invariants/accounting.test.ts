import { ReferenceHeap } from '../../reference/index.js';
import { heapConfig, type FreeSpanState, type OperationResult } from '../../spec/index.js';
import { RecordingHost } from '../recording-host.js';
import { ACCOUNTING_INVARIANTS } from './accounting.js';
import { checkInvariants, type StateView } from './index.js';
import { RELEASED_INVARIANTS } from './released.js';

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
type Draft = Mutable<Pick<Required<StateView>, 'config' | 'state' | 'statistics' | 'before'>>;

/** Does something to a sound view that all the named invariants, and no others, must notice. */
type Breakage = [does: string, to: (view: Draft) => unknown, ...broken: string[]];

/** Physical pages of two heap pages; a free span of 4 pages on an odd page, released, and some of everything else. */
function soundView(): StateView {
  const config = heapConfig({ physPageSize: 16384, arenaPages: 4096 });
  const heap = new ReferenceHeap(config, new RecordingHost());
  const alloc = (npages: number): number =>
    baseOf(heap.perform({ op: 'alloc', npages, sizeclass: 0, large: true, needzero: false }));
  const addr = alloc(5);
  const hole = alloc(4);
  heap.perform({ op: 'allocStack', npages: 20 });
  heap.perform({ op: 'addFinalizer', p: 0, addr, id: 1 });
  heap.perform({ op: 'setProfile', p: 0, addr, id: 2 });
  heap.perform({ op: 'free', base: hole, acct: 1, needzero: true });
  heap.perform({ op: 'tick', ns: 1000 });
  const before = { state: heap.state(), statistics: heap.statistics() };
  heap.perform({ op: 'freeOSMemory' });
  return { config, state: heap.state(), statistics: heap.statistics(), before };
}

function baseOf(result: OperationResult): number {
  if (typeof result === 'object' && result !== null && 'base' in result) return result.base;
  throw new Error('an allocation failed');
}

/** Says of the first free span that so many pages of it are released, in the statistics too. */
function release(view: Draft, npreleased: number): void {
  const span = hole(view);
  view.statistics.heap_released += 8192 * (npreleased - span.npreleased);
  span.npreleased = npreleased;
}

function hole({ state }: Draft): Mutable<FreeSpanState> {
  const span = state.spans.find((other) => other.state === 'free');
  if (span === undefined) throw new Error('there is no free span');
  return span;
}

function draftOf(view: StateView): Draft {
  return structuredClone(view) as unknown as Draft;
}

function brokenBy(view: StateView | Draft): string[] {
  return checkInvariants(view).map(({ name }) => name);
}

const ACCOUNTING: readonly Breakage[] = [
  [
    'counts memory as idle twice',
    ({ statistics }) => (statistics.heap_idle += 8192),
    'accounting.inuse-and-idle-are-sys',
    'accounting.heap-idle',
  ],
  [
    'counts memory as in use twice',
    ({ statistics }) => (statistics.heap_inuse += 8192),
    'accounting.inuse-and-idle-are-sys',
    'accounting.heap-inuse',
  ],
  [
    'takes idle memory for used',
    ({ statistics }) => {
      statistics.heap_inuse += 8192;
      statistics.heap_idle -= 8192;
    },
    'accounting.heap-inuse',
    'accounting.heap-idle',
  ],
  [
    'counts more than the system gave',
    ({ statistics }) => (statistics.heap_sys += 8192),
    'accounting.inuse-and-idle-are-sys',
    'accounting.heap-sys',
  ],
  ['forgets a stack', ({ statistics }) => (statistics.stacks_inuse = 0), 'accounting.stacks-inuse'],
  ['forgets a page', ({ statistics }) => (statistics.pagesInUse -= 1), 'accounting.pages-in-use'],
  [
    'keeps the record of a merged span',
    ({ statistics }) => {
      statistics.spansInUse += 1;
      statistics.allspans += 1;
    },
    'accounting.spans-in-use',
  ],
  [
    'knows fewer records than are in use',
    ({ statistics, before }) => {
      statistics.allspans = 3;
      before.statistics.allspans = 3;
    },
    'accounting.allspans',
  ],
  [
    'maps too much of the span table',
    ({ statistics }) => (statistics.spansMapped += 1),
    'accounting.spans-mapped',
  ],
  [
    'counts a cache that is none',
    ({ statistics }) => (statistics.cachesInUse += 1),
    'accounting.caches-in-use',
  ],
  ['counts a cache that was removed', ({ state }) => (state.mcache[0] = null), 'accounting.caches-in-use'],
  [
    'takes back a listed finalizer',
    ({ statistics }) => (statistics.finalizersInUse = 0),
    'accounting.finalizer-records',
  ],
  [
    'takes back a listed profile',
    ({ statistics }) => (statistics.profilesInUse = 0),
    'accounting.profile-records',
  ],
  ['counts in halves', ({ statistics }) => (statistics.heap_live += 0.5), 'accounting.exact-counters'],
  ['counts below zero', ({ statistics }) => (statistics.heap_live = -8192), 'accounting.exact-counters'],
  [
    'counts out of the exact range',
    ({ statistics }) => (statistics.nlookup = 2 ** 53),
    'accounting.exact-counters',
  ],
  ['forgets a record', ({ before }) => (before.statistics.allspans += 1), 'accounting.never-shrinks'],
  ['turns back the clock', ({ before }) => (before.state.clock += 1), 'accounting.never-shrinks'],
];

const RELEASED: readonly Breakage[] = [
  ['counts too much as released', ({ statistics }) => (statistics.heap_released += 8192), 'released.sum'],
  [
    'has more released than is idle',
    ({ statistics }) => (statistics.heap_released = statistics.heap_sys),
    'released.sum',
    'released.at-most-idle',
  ],
  [
    'released more than the span',
    (view) => release(view, 6),
    'released.at-most-idle',
    'released.at-most-span',
    'released.whole-physical-pages',
  ],
  ['released less than nothing', (view) => release(view, -2), 'released.at-most-span'],
  ['released half a physical page', (view) => release(view, 1), 'released.whole-physical-pages'],
  ['released a physical page of two spans', (view) => release(view, 4), 'released.whole-physical-pages'],
];

describe('invariants of accounting and released memory', () => {
  const view = soundView();

  test('hold of a sound heap, and where only the present is known', () => {
    const { config, state, statistics } = view;
    expect(statistics.heap_released).toBeGreaterThan(0);
    expect(brokenBy(view)).toEqual([]);
    expect(brokenBy({ config, state, statistics })).toEqual([]);
  });

  test.each([...ACCOUNTING, ...RELEASED])('a heap that %s', (_, to, ...broken) => {
    const draft = draftOf(view);
    to(draft);
    expect(brokenBy(draft)).toEqual(broken);
  });

  test('heap_objects may fall below zero', () => {
    const draft = draftOf(view);
    draft.statistics.heap_objects = -1;
    expect(brokenBy(draft)).toEqual([]);
  });

  test('have all been seen broken', () => {
    const seen = new Set([...ACCOUNTING, ...RELEASED].flatMap(([, , ...broken]) => broken));
    const all = [...ACCOUNTING_INVARIANTS, ...RELEASED_INVARIANTS];
    expect(all.filter(({ name }) => !seen.has(name))).toEqual([]);
  });
});
