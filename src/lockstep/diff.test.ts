import { ReferenceHeap } from '../reference/index.js';
import { heapConfig, initialStatistics, STATISTIC_NAMES, type State } from '../spec/index.js';
import { diffStates, diffStatistics, diffValues } from './diff.js';
import { RecordingHost } from './recording-host.js';

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };

/** Spans at 0 (3 pages, in use), 24576 (2, free), 40960 (1, stack), and the free rest. */
function someState(): State {
  const heap = new ReferenceHeap(heapConfig(), new RecordingHost());
  heap.perform({ op: 'alloc', npages: 3, sizeclass: 0, large: true, needzero: false });
  heap.perform({ op: 'alloc', npages: 2, sizeclass: 0, large: true, needzero: false });
  heap.perform({ op: 'allocStack', npages: 1 });
  heap.perform({ op: 'free', base: 24576, acct: 1, needzero: true });
  heap.perform({ op: 'query', addr: 0 });
  return heap.state();
}

const state = someState();
const { spans } = state as Mutable<State>;

test('equal states do not differ', () => {
  expect(diffStates(state, someState())).toEqual([]);
});

test.each<
  [what: string, change: (draft: Mutable<State>) => unknown, path: string, expected: unknown, actual: unknown]
>([
  ['a field', (d) => (d.spans[0].npages = 4), 'spans[@0].npages', 3, 4],
  [
    'a field that is gone',
    (d) => Reflect.deleteProperty(d.spans[1], 'npreleased'),
    'spans[@24576].npreleased',
    0,
    undefined,
  ],
  [
    'a field that is new',
    (d) => Object.assign(d.spans[2], { specials: [[8, 1]] }),
    'spans[@40960].specials',
    undefined,
    [[8, 1]],
  ],
  ['a span that is gone', (d) => d.spans.splice(1, 1), 'spans[@24576]', spans[1], undefined],
  ['the last span gone', (d) => d.spans.pop(), 'spans[@49152]', spans[3], undefined],
  [
    'a span that is new',
    (d) => d.spans.splice(1, 0, { ...spans[2], base: 8192 }),
    'spans[@8192]',
    undefined,
    { ...spans[2], base: 8192 },
  ],
  [
    'a span too many',
    (d) => d.spans.push({ ...spans[0], base: 2 ** 30 }),
    'spans[@1073741824]',
    undefined,
    { ...spans[0], base: 2 ** 30 },
  ],
  ['a span twice', (d) => d.spans.push({ ...spans[3] }), 'spans[@49152]', undefined, spans[3]],
  ['a list', (d) => (d.free[2] = [0, 1]), 'free[2]', [24576], [0, 1]],
  ['a list that is gone', (d) => Reflect.deleteProperty(d.free, 2), 'free[2]', [24576], undefined],
  ['a list that is new', (d) => (d.busy[7] = [8192]), 'busy[7]', undefined, [8192]],
  ['the long ones', (d) => (d.freelarge = [8192]), 'freelarge', [], [8192]],
  [
    'a counter of a cache',
    (d) => (d.mcache[0] = { alloc: {}, counters: { nlookup: 2 }, nsmallfree: {} }),
    'mcache[0].counters.nlookup',
    1,
    2,
  ],
  ['a cache', (d) => (d.mcache[0] = null), 'mcache[0]', state.mcache[0], null],
  ['a sweep stack', (d) => d.sweepStacks.swept.pop(), 'sweepStacks.swept', [0], []],
  ['an arena', (d) => (d.gcBitsArenas.next = [64]), 'gcBitsArenas.next', [], [64]],
  ['the clock', (d) => (d.clock = 5), 'clock', 1, 5],
])('%s has its path', (_, change, path, expected, actual) => {
  const draft = structuredClone(state) as Mutable<State>;
  change(draft);
  expect(diffStates(state, draft as State)).toEqual([{ path, expected, actual }]);
});

test('several differences are all given', () => {
  const draft = structuredClone(state) as Mutable<State>;
  draft.spans.shift();
  draft.spans[1].needzero = 1;
  draft.clock = 2;
  expect(diffStates(state, draft as State).map(({ path }) => path)).toEqual([
    'spans[@0]',
    'spans[@40960].needzero',
    'clock',
  ]);
});

test.each(STATISTIC_NAMES)('statistic %s is compared', (name) => {
  const expected = initialStatistics(1);
  const actual = { ...expected, [name]: 77 };
  expect(diffStatistics(expected, actual)).toEqual([{ path: name, expected: expected[name], actual: 77 }]);
  expect(diffStatistics(expected, { ...expected })).toEqual([]);
});

test('values of other kinds differ as a whole', () => {
  expect(diffValues('result', null, { base: 0 })).toEqual([
    { path: 'result', expected: null, actual: { base: 0 } },
  ]);
  expect(diffValues('result', { base: 0 }, { base: 8192 })).toEqual([
    { path: 'result.base', expected: 0, actual: 8192 },
  ]);
  expect(diffValues('sys', [['map', 0, 8]], [['map', 0, 9]])).toHaveLength(1);
  expect(diffValues('x', [1, 2], { 0: 1, 1: 2 })).toHaveLength(1);
  expect(diffValues('x', Number.NaN, Number.NaN)).toHaveLength(1);
});
