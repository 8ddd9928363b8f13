import assert from 'node:assert';
import fc from 'fast-check';
import { FATAL, heapConfig, initialStatistics, PAGE_SIZE } from '../../spec/index.js';
import type { Operation, OperationResult } from '../../spec/index.js';
import { noEffects, type Outcome, type SysCall } from '../outcome.js';
import { ShapeCounter } from './counter.js';
import type { Picture } from './picture.js';
import { ShapeTracker } from './tracker.js';

const CONFIG = heapConfig({ arenaPages: 256 });
const STATISTICS = initialStatistics(1);

function outcome(result: unknown, sys: readonly SysCall[] = []): Outcome {
  return { ...noEffects(), result: result as OperationResult, sys };
}

test('a heap may allocate from the middle of a free span', () => {
  const { picture, observe } = track();
  observe({ op: 'allocStack', npages: 2 }, outcome({ base: 5 * PAGE_SIZE }, [['map', 0, 16 * PAGE_SIZE]]));
  assert.deepEqual(drawn(picture), ['free 0+5', 'stack 5+2', 'free 7+9']);
  observe({ op: 'allocStack', npages: 5 }, outcome({ base: 0 }));
  observe({ op: 'freeStack', base: 5 * PAGE_SIZE }, outcome(undefined));
  assert.deepEqual(drawn(picture), ['stack 0+5', 'free 5+11']);
  checkTiling(picture);
});

test('after a fatal error nothing is counted', () => {
  const { counter, observe } = track();
  const fatal: Outcome = {
    ...outcome(undefined),
    error: { kind: 'FatalError', message: FATAL.freeInvalidState },
  };
  observe({ op: 'free', base: 0, acct: 0, needzero: false }, fatal);
  observe({ op: 'free', base: 0, acct: 0, needzero: false }, fatal);
  observe({ op: 'query' }, outcome(undefined));
  assert.deepEqual(counter.toJSON(), { 'misuse/double-free': 1 });
});

test('whatever a heap answers, the picture stays in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyOperation, anyOutcome), { maxLength: 40 }), (steps) => {
      const { picture, observe } = track();
      observe({ op: 'allocStack', npages: 2 }, outcome({ base: 0 }, [['map', 0, 12 * PAGE_SIZE]]));
      for (const [operation, answer] of steps) {
        observe(operation, answer);
        checkTiling(picture);
      }
    }),
    { numRuns: 3000, seed: 1 },
  );
});

function track(): {
  picture: Picture;
  counter: ShapeCounter;
  observe: (operation: Operation, answer: Outcome) => void;
} {
  const counter = new ShapeCounter();
  const tracker = new ShapeTracker(CONFIG, counter);
  const observe = (operation: Operation, answer: Outcome): void => {
    tracker.observe(operation, answer, STATISTICS);
  };
  return { picture: tracker.picture, counter, observe };
}

function drawn(picture: Picture): string[] {
  return [...picture.spans()].map(({ use, page, npages }) => `${use} ${page}+${npages}`);
}

/** Spans of at least one page tile the arena, and no two free ones are neighbours. */
function checkTiling(picture: Picture): void {
  let end = 0;
  let free = 0;
  for (const span of picture.spans()) {
    assert.equal(span.page, end);
    assert(Number.isInteger(span.npages) && span.npages > 0);
    assert(!(span.use === 'free' && span.left?.use === 'free'));
    end += span.npages;
    if (span.use === 'free') free += span.npages;
  }
  assert.equal(end, picture.end);
  assert.equal(free, picture.freePages);
}

const likely = fc.nat({ max: 12 });
const bytes = likely.map((pages) => pages * PAGE_SIZE);
const odd = fc.constantFrom<unknown>(
  -1,
  0.5,
  NaN,
  Infinity,
  2 ** 53,
  2 ** 40,
  '5',
  null,
  undefined,
  {},
  true,
);
const count = fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: odd });
const address = fc.oneof({ weight: 8, arbitrary: bytes }, { weight: 1, arbitrary: odd });

/** Operations that no checks have been made on. */
const anyOperation = fc.record({
  op: fc.constantFrom(
    ...['alloc', 'alloc', 'allocStack', 'free', 'freeStack', 'tick', 'scavenge', 'freeOSMemory'],
    ...['query', 'addFinalizer', 'removeFinalizer', 'setProfile', 'unheardOf'],
  ),
  npages: count,
  sizeclass: count,
  large: fc.boolean(),
  needzero: fc.boolean(),
  acct: count,
  base: address,
  addr: address,
  ns: count,
  limit: count,
  p: count,
  id: count,
}) as unknown as fc.Arbitrary<Operation>;

const result = fc.oneof(
  { weight: 6, arbitrary: fc.record({ base: address, zeroed: fc.boolean(), added: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: odd },
);

const sysCall = fc.tuple(fc.constantFrom('map', 'used', 'unused'), address, address);

const error = fc.record({
  kind: fc.constantFrom('RangeError', 'TypeError'),
  message: fc.constant(''),
});

const anyOutcome = fc
  .tuple(result, fc.array(sysCall, { maxLength: 2 }), fc.option(error, { freq: 20 }))
  .map(([answer, sys, refused]) => ({
    ...outcome(answer, sys as readonly SysCall[]),
    ...(refused && { error: refused }),
  })) as fc.Arbitrary<Outcome>;
