import { parseProgram } from '../programs/index.js';
import { ReferenceHeap, referenceHeap } from '../reference/index.js';
import { STATISTIC_NAMES, type Heap, type HeapFactory, type Operation } from '../spec/index.js';
import { assertLockstep, LockstepError, runLockstep } from './index.js';

// A heap of somebody else's may give anything at all. That is a finding against it, and never an accident of the suite.

const PROGRAM = parseProgram(`
  s1 = alloc 5 large
  s2 = allocStack 2
  tick 5m
  s3 = alloc 1 large
  addFinalizer s3 id 1
  free s1 dirty
  scavenge 1ns
  query s2
`);

type Loose = Record<string, unknown>;

/** A heap that, from operation `from` on, gives something else instead of what is right. */
function giving(what: keyof Heap, from: number, change: (right: never) => unknown): HeapFactory {
  return {
    name: 'mine',
    create(config, host) {
      const sound = new ReferenceHeap(config, host);
      let operations = 0;
      const pass = (right: unknown): unknown => (operations < from ? right : change(right as never));
      const heap: Loose = {
        config,
        perform(operation: Operation) {
          operations++;
          const right = sound.perform(operation);
          return what === 'perform' && operations === from ? change(right as never) : right;
        },
        statistics: () => (what === 'statistics' ? pass(sound.statistics()) : sound.statistics()),
        state: () => (what === 'state' ? pass(sound.state()) : sound.state()),
        audit: () => (what === 'audit' ? pass([]) : []),
      };
      return heap as unknown as Heap;
    },
  };
}

const cyclic: Loose = {};
cyclic.self = cyclic;

// eslint-disable-next-line no-sparse-arrays -- a hole is what is tested
const holes = [, 8192];

type Case = readonly [what: string, heap: HeapFactory, operation: number, path: string, says: string];

const state = (change: Loose): HeapFactory => giving('state', 3, (right: Loose) => ({ ...right, ...change }));

const span = (change: Loose): HeapFactory =>
  giving('state', 3, (right: { spans: Loose[] }) => ({
    ...right,
    spans: right.spans.map((one, i) => (i === 1 ? { ...one, ...change } : one)),
  }));

const result = (operation: number, value: unknown): HeapFactory => giving('perform', operation, () => value);

const CASES: readonly Case[] = [
  ['no result of an allocation', result(1, undefined), 1, 'result', 'null or an object, and is nothing'],
  [
    'a promise',
    result(1, Promise.resolve(null)),
    1,
    'result.base',
    'an integer of at most 2^53 - 1, and is nothing',
  ],
  ['no base', result(1, { zeroed: true }), 1, 'result.base', 'and is nothing'],
  ['a base that is NaN', result(2, { base: NaN }), 2, 'result.base', 'and is NaN'],
  ['a base that is a bigint', result(2, { base: 8192n }), 2, 'result.base', 'and is the bigint 8192'],
  [
    'a text for a flag',
    result(1, { base: 0, zeroed: 'no' }),
    1,
    'result.zeroed',
    'true or false, and is the text "no"',
  ],
  ['a result where there is none', result(3, cyclic), 3, 'result', 'nothing, and is an object'],
  ['no answer about a finalizer', result(5, undefined), 5, 'result', 'an object, and is nothing'],
  ['nothing for released bytes', result(7, undefined), 7, 'result', 'and is nothing'],
  ['half an answer', result(8, { inheap: false }), 8, 'result.inHeapOrStack', 'and is nothing'],
  [
    'an object of three numbers',
    result(8, { inheap: false, inHeapOrStack: true, lookupMaybe: null, mlookup: [0, 0, 0] }),
    8,
    'result.mlookup',
    'an array of 2 items, and is one of 3',
  ],
  ['no statistics', giving('statistics', 4, () => null), 4, 'statistics', 'an object, and is null'],
  ['no statistics at first', giving('statistics', 0, () => undefined), 0, 'statistics', 'and is nothing'],
  ['no state', giving('state', 3, () => undefined), 3, 'state', 'an object, and is nothing'],
  ['a state that is a text', giving('state', 3, () => '{}'), 3, 'state', 'and is the text "{}"'],
  ['a state within itself', state({ spans: cyclic }), 3, 'state.spans', 'an array, and is an object'],
  ['a list with a hole', state({ freelarge: holes }), 3, 'state.freelarge[0]', 'and is nothing'],
  ['an array for lists by length', state({ free: [] }), 3, 'state.free', 'an object, and is an array'],
  [
    'lists under words',
    state({ busy: { five: [] } }),
    3,
    'state.busy',
    'numbers as keys, and is the text "five"',
  ],
  [
    'half of the sweep stacks',
    state({ sweepStacks: { swept: [] } }),
    3,
    'state.sweepStacks.unswept',
    'an array',
  ],
  ['a clock that is NaN', state({ clock: NaN }), 3, 'state.clock', 'and is NaN'],
  [
    'an endless ratio',
    state({ sweepPagesPerByte: Infinity }),
    3,
    'state.sweepPagesPerByte',
    'a finite number',
  ],
  [
    'a cache with a text in it',
    state({ mcache: [{ alloc: {}, counters: { scan: '1' }, nsmallfree: {} }] }),
    3,
    'state.mcache[0].counters.scan',
    'and is the text "1"',
  ],
  [
    'a span that is none',
    span({ state: 'lost' }),
    3,
    'state.spans[1].state',
    'free or stack or inuse, and is the text "lost"',
  ],
  ['a span without pages', span({ npages: undefined }), 3, 'state.spans[1].npages', 'and is nothing'],
  ['a fraction of a base', span({ base: 0.5 }), 3, 'state.spans[1].base', 'and is 0.5'],
  [
    'an audit that is a text',
    giving('audit', 2, () => 'all is well'),
    2,
    'audit',
    'an array, and is the text',
  ],
  ['an audit of no sentences', giving('audit', 2, () => [{}]), 2, 'audit[0]', 'a text, and is an object'],
];

describe.each<[string, (heap: HeapFactory) => [HeapFactory, ...HeapFactory[]]]>([
  ['alone', (heap) => [heap]],
  ['beside the reference', (heap) => [referenceHeap, heap]],
  ['before the reference', (heap) => [heap, referenceHeap]],
])('a heap %s gives', (_, heapsWith) => {
  test.each(CASES)('%s', (_what, heap, operation, path, says) => {
    for (const memory of [false, true]) {
      const { divergence } = runLockstep(PROGRAM, { heaps: heapsWith(heap), memory });
      expect(divergence).toMatchObject({ kind: 'malformed', heap: 'mine', operation });
      expect(divergence?.differences.map((difference) => difference.path)).toEqual([path]);
      expect(divergence?.message).toContain(`mine gave a malformed answer: ${path} must be`);
      expect(divergence?.message).toContain(says);
    }
  });

  test.each(STATISTIC_NAMES)('no %s, or NaN for it, or a fraction', (name) => {
    for (const wrong of [undefined, NaN, 0.5, '1']) {
      const heap = giving('statistics', 4, (right: Loose) => ({ ...right, [name]: wrong }));
      const { divergence } = runLockstep(PROGRAM, { heaps: heapsWith(heap) });
      expect(divergence).toMatchObject({ kind: 'malformed', heap: 'mine', operation: 4 });
      expect(divergence?.differences[0].path).toBe(`statistics.${name}`);
    }
  });
});

test('the operation is found where states are looked at late', () => {
  const { divergence } = runLockstep(PROGRAM, { heaps: [state({ clock: '5' })], states: 'end' });
  expect(divergence).toMatchObject({ kind: 'malformed', operation: 3 });
});

test('a state on which all heaps agree, and which breaks an invariant by its form', () => {
  const heap = state({ spans: [null] });
  const { divergence } = runLockstep(PROGRAM, { heaps: [heap, heap] });
  expect(divergence).toMatchObject({ kind: 'malformed', differences: [{ path: 'state.spans[0]' }] });
});

test.each([
  ['nothing', undefined, 'heap must be an object, and is nothing'],
  ['a promise', Promise.resolve(1), 'heap.perform must be a method, and is nothing'],
  [
    'a heap with an audit that is none',
    { perform() {}, statistics() {}, state() {}, audit: [] },
    'heap.audit must be',
  ],
])('a factory that makes %s', (_, made, says) => {
  const mine: HeapFactory = { name: 'mine', create: () => made as unknown as Heap };
  const { divergence } = runLockstep(PROGRAM, { heaps: [referenceHeap, mine] });
  expect(divergence).toMatchObject({ kind: 'malformed', heap: 'mine', operation: 0 });
  expect(divergence?.message).toContain(says);
});

test('keys that nobody asked for are no matter of form', () => {
  const more = giving('statistics', 0, (right: Loose) => ({ ...right, mine: 'x' }));
  const inState = giving('state', 0, (right: Loose) => ({ ...right, mine: 'x' }));
  expect(runLockstep(PROGRAM, { heaps: [more, inState] }).divergence?.kind).toBe('state');
  expect(runLockstep(PROGRAM, { heaps: [referenceHeap, more] }).divergence).toBeUndefined();
});

test('the finding reads as a sentence', () => {
  const attempt = (): unknown => assertLockstep(PROGRAM, { heaps: [span({ npages: NaN })] });
  expect(attempt).toThrow(LockstepError);
  expect(attempt).toThrow(
    'After operation 3 (command 3 of 8, `tick 5m`): mine gave a malformed answer: state.spans[1].npages must be an integer of at most 2^53 - 1, and is NaN.',
  );
});
