import { ReferenceHeap } from '../../reference/index.js';
import { heapConfig, type OperationResult, type SpanState, type State } from '../../spec/index.js';
import { RecordingHost } from '../recording-host.js';
import { checkInvariants, INVARIANTS, type StateView } from './index.js';
import { LIST_INVARIANTS } from './lists.js';
import { SPAN_INVARIANTS } from './spans.js';
import { SPECIAL_INVARIANTS } from './specials.js';
import { STEP_INVARIANTS } from './steps.js';

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
type Draft = Mutable<Pick<Required<StateView>, 'config' | 'state' | 'statistics' | 'before'>>;
type Span<Name> = Mutable<Extract<SpanState, { state: Name }>>;

/** Does something to a sound view that all the named invariants, and no others, must notice. */
type Breakage = [does: string, to: (view: Draft) => unknown, ...broken: string[]];

/** Two busy spans and two free ones of each length, a stack and small spans, special records; then one more free. */
function soundView(): StateView {
  const config = heapConfig({ arenaPages: 4096 });
  const heap = new ReferenceHeap(config, new RecordingHost());
  const alloc = (npages: number, large = true, sizeclass = 0): number =>
    baseOf(heap.perform({ op: 'alloc', npages, sizeclass, large, needzero: false }));
  const free = (base: number): unknown => heap.perform({ op: 'free', base, acct: 1, needzero: true });
  const first = alloc(5);
  alloc(5);
  heap.perform({ op: 'allocStack', npages: 2 });
  alloc(1, false, 5);
  alloc(130);
  alloc(130);
  const dying = [4, 4, 140, 150, 4].map((npages) => {
    const base = alloc(npages);
    alloc(1, false);
    return base;
  });
  dying.slice(0, 4).forEach(free);
  heap.perform({ op: 'tick', ns: 1000 });
  heap.perform({ op: 'addFinalizer', p: 0, addr: first + 8, id: 1 });
  heap.perform({ op: 'setProfile', p: 0, addr: first + 8, id: 2 });
  const before = { state: heap.state(), statistics: heap.statistics() };
  free(dying[4]);

  const state = heap.state();
  const large = new Set([...Object.values(state.busy), state.busylarge].flat());
  return { config, state, statistics: heap.statistics(), before, large };
}

function baseOf(result: OperationResult): number {
  if (typeof result === 'object' && result !== null && 'base' in result) return result.base;
  throw new Error('an allocation failed');
}

function spanIn<Name extends SpanState['state']>(
  state: Mutable<State>,
  name: Name,
  sizeclass = 0,
): Span<Name> {
  const isWanted = (span: Mutable<SpanState>): span is Span<Name> =>
    span.state === name && (span.state !== 'inuse' || span.sizeclass === sizeclass);
  const span = state.spans.find(isWanted);
  if (span === undefined) throw new Error(`there is no span that is ${name}`);
  return span;
}

function draftOf(view: StateView): Draft {
  return structuredClone(view) as unknown as Draft;
}

function brokenBy(view: StateView | Draft): string[] {
  return checkInvariants(view).map(({ name }) => name);
}

const SPANS: readonly Breakage[] = [
  [
    'leaves a gap',
    ({ state }) => (spanIn(state, 'stack').npages -= 1),
    'spans.tile-arena',
    'accounting.heap-inuse',
    'accounting.stacks-inuse',
    'steps.one-span-at-a-time',
  ],
  [
    'has a span of no pages',
    ({ state }) => state.spans.splice(1, 0, { state: 'stack', base: 40960, npages: 0, needzero: 0 }),
    'spans.tile-arena',
    'accounting.spans-in-use',
  ],
  [
    'leaves out the end',
    ({ state }) => (state.spans.length -= 1),
    'spans.tile-arena',
    'lists.free-spans',
    'accounting.heap-idle',
    'accounting.spans-in-use',
  ],
  ['is too long', ({ config }) => (config.arenaPages = 100), 'spans.within-reservation'],
  [
    'has two free spans side by side',
    ({ state, statistics }) => {
      const span = spanIn(state, 'free');
      const rest = { ...span, base: span.base + 8192, npages: 3 };
      span.npages = 1;
      state.spans.splice(state.spans.indexOf(span) + 1, 0, rest);
      state.free[4] = state.free[4].filter((base) => base !== span.base);
      state.free[1] = [span.base];
      state.free[3] = [rest.base];
      statistics.spansInUse++;
      statistics.allspans++;
    },
    'spans.no-adjacent-free',
  ],
  [
    'has the wrong element size',
    ({ state }) => (spanIn(state, 'inuse', 5).elemsize = 16),
    'spans.element-size',
  ],
  [
    'has the wrong size of a large span',
    ({ state }) => (spanIn(state, 'inuse').elemsize = 8192),
    'spans.element-size',
  ],
  [
    'has an unknown size class',
    ({ state }) => (spanIn(state, 'inuse').sizeclass = 67),
    'spans.element-size',
    'steps.one-span-at-a-time',
  ],
  ['has more objects than fit', ({ state }) => (spanIn(state, 'inuse').allocCount = 2), 'spans.objects-fit'],
  [
    'has fewer objects than none',
    ({ state }) => (spanIn(state, 'inuse').allocCount = -1),
    'spans.objects-fit',
  ],
  ['has a flag of 2', ({ state }) => (spanIn(state, 'stack').needzero = 2), 'spans.needzero-is-flag'],
  ['was freed in the future', ({ state }) => (spanIn(state, 'free').unusedsince = 1e6), 'spans.unused-since'],
  ['was freed before time', ({ state }) => (spanIn(state, 'free').unusedsince = 0), 'spans.unused-since'],
  [
    'has an unswept span after sweeping',
    ({ state }) => (spanIn(state, 'inuse').sweepgen = -2),
    'spans.sweep-generation',
    'sweeping.right-stack',
    'sweeping.pages-add-up',
    'sweeping.paid-for',
  ],
  [
    'has a half swept span',
    ({ state, statistics }) => {
      statistics.sweepdone = 0;
      spanIn(state, 'inuse').sweepgen = -1;
    },
    'spans.sweep-generation',
    'sweeping.right-stack',
    'sweeping.pages-add-up',
    'sweeping.paid-for',
  ],
  [
    'does not know a span on the sweep stack',
    ({ state }) => {
      const { base } = spanIn(state, 'inuse', 5);
      state.sweepStacks.swept = state.sweepStacks.swept.filter((other) => other !== base);
    },
    'spans.on-sweep-stack',
  ],
  [
    'has a stack to be swept',
    ({ state }) => state.sweepStacks.unswept.push(spanIn(state, 'stack').base),
    'spans.on-sweep-stack',
  ],
  [
    'has a third kind of special',
    ({ state }) => (spanIn(state, 'inuse').specials = [[8, 3]]),
    'specials.well-formed',
  ],
  [
    'has a special far away',
    ({ state }) => (spanIn(state, 'inuse').specials = [[65536, 1]]),
    'specials.well-formed',
  ],
  [
    'ended two spans at once',
    ({ before }) => (spanIn(before.state, 'stack').npages += 1),
    'steps.one-span-at-a-time',
  ],
  [
    'changed a size class besides',
    ({ before }) => (spanIn(before.state, 'inuse', 5).sizeclass = 6),
    'steps.one-span-at-a-time',
  ],
];

const LISTS: readonly Breakage[] = [
  ['loses a free list', ({ state }) => Reflect.deleteProperty(state.free, 4), 'lists.free-spans'],
  [
    'has a free span in the wrong list',
    ({ state }) => (state.free[9] = state.free[4].splice(0, 1)),
    'lists.free-spans',
  ],
  ['has a free span in two lists', ({ state }) => (state.free[9] = [state.free[4][0]]), 'lists.free-spans'],
  ['has a free span twice', ({ state }) => state.free[4].unshift(state.free[4][0]), 'lists.free-spans'],
  ['has an empty free list', ({ state }) => (state.free[9] = []), 'lists.free-spans'],
  [
    'has a list for long spans',
    ({ state }) => (state.free[140] = state.freelarge.splice(0, 1)),
    'lists.free-spans',
  ],
  [
    'has a short span among the long',
    ({ state }) => state.freelarge.push(state.free[4].pop() ?? -1),
    'lists.free-spans',
    'lists.freelarge-by-address',
  ],
  [
    'has a stack in a free list',
    ({ state }) => (state.free[2] = [spanIn(state, 'stack').base]),
    'lists.free-spans',
  ],
  [
    'has a free span in a busy list',
    ({ state }) => (state.busy[4] = [state.free[4][0]]),
    'lists.busy-spans',
    'lists.busy-are-large',
  ],
  [
    'has a busy span in the wrong list',
    ({ state }) => (state.busy[6] = state.busy[5].splice(1, 1)),
    'lists.busy-spans',
  ],
  [
    'has a busy span twice',
    ({ state }) => state.busylarge.push(state.busylarge[1]),
    'lists.busy-spans',
    'lists.busy-are-large',
  ],
  [
    'has a small span in a busy list',
    ({ state }) => (state.busy[1] = [spanIn(state, 'inuse', 5).base]),
    'lists.busy-are-large',
  ],
  ['loses a busy span', ({ state }) => state.busylarge.pop(), 'lists.busy-are-large'],
  [
    'gives the long free spans otherwise',
    ({ state }) => state.freelarge.reverse(),
    'lists.freelarge-by-address',
  ],
  ['puts a busy span in front', ({ state }) => state.busy[5].reverse(), 'lists.busy-in-order-of-allocation'],
  [
    'puts a long busy span in front',
    ({ state }) => state.busylarge.reverse(),
    'lists.busy-in-order-of-allocation',
  ],
  [
    'puts a free span at the back',
    ({ state }) => state.free[4].push(state.free[4].shift() ?? -1),
    'lists.free-newest-first',
  ],
  [
    'changes the order of free spans',
    ({ before }) => before.state.free[4].reverse(),
    'lists.free-newest-first',
  ],
];

describe('invariants of spans and lists', () => {
  const view = soundView();

  test('hold of a sound heap, and where only the present is known', () => {
    const { config, state, statistics } = view;
    expect(brokenBy(view)).toEqual([]);
    expect(brokenBy({ config, state, statistics })).toEqual([]);
  });

  test.each([...SPANS, ...LISTS])('a heap that %s', (_, to, ...broken) => {
    const draft = draftOf(view);
    to(draft);
    expect(brokenBy(draft)).toEqual(broken);
  });

  test('have all been seen broken', () => {
    const seen = new Set([...SPANS, ...LISTS].flatMap(([, , ...broken]) => broken));
    const all = [SPAN_INVARIANTS, LIST_INVARIANTS, SPECIAL_INVARIANTS, STEP_INVARIANTS].flat();
    // Those that speak of objects are seen broken in `objects.test.ts`.
    const elsewhere = ['specials.inside-objects', 'specials.sorted'];
    const missed = all.map(({ name }) => name).filter((name) => !seen.has(name) && !elsewhere.includes(name));
    expect(missed).toEqual([]);
  });
});

test('an invariant that trips over a state counts as broken', () => {
  const malformed = draftOf(soundView());
  Reflect.deleteProperty(malformed.state, 'busylarge');
  expect(checkInvariants(malformed)[0].message).toMatch(/^could not be checked: TypeError/);
});

test('every invariant has a name of its own and one sentence', () => {
  expect(new Set(INVARIANTS.map(({ name }) => name)).size).toBe(INVARIANTS.length);
  for (const { name, why } of INVARIANTS) {
    expect(name).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
    expect(why).toMatch(/^\w.*[^.]\.$/);
  }
});
