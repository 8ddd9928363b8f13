import assert from 'node:assert/strict';
import { FATAL, MAX_CACHES, heapConfig } from '../spec/index.js';
import type { Host } from '../spec/index.js';
import { reimburseSweepCredit } from './collector/sweep-credit.js';
import { sweep } from './collector/sweeping.js';
import { insertBack } from './lists.js';
import { emptyHeap } from './mheap.js';
import { cacheSpan, uncacheSpan } from './objects/central.js';
import { startObjects } from './objects/slots.js';
import { prepare } from './operations.js';
import { newSpan } from './records.js';
import type { Span } from './span.js';

/** A heap with one span of 8 objects, 2 of them allocated, in no list. */
function setUp(span: Partial<Span> = {}) {
  const h = emptyHeap(heapConfig(), { nanotime: () => 1, clear: () => undefined } as unknown as Host);
  const broken = newSpan(h, 0, 1);
  h.spans = [broken];
  Object.assign(broken, { state: 'inuse', sizeclass: 31, elemsize: 1024 });
  startObjects(h, broken);
  Object.assign(broken, { allocCount: 2, freeindex: 2 }, span);
  return { h, span: broken };
}

const dies = (act: () => unknown, message: string) => assert.throws(act, { name: 'FatalError', message });

describe('a heap that no operation can bring about', () => {
  it('dies of a span without a free object where free ones are kept', () => {
    for (const full of [{ allocCount: 8 }, { freeindex: 8 }]) {
      const { h, span } = setUp(full);
      insertBack(h, span, h.central[31].nonempty);
      dies(() => cacheSpan(h, 31), FATAL.noFreeObjects);
    }
  });

  it('dies of a cache whose span has no object', () => {
    const { h, span } = setUp({ allocCount: 0 });
    dies(() => uncacheSpan(h, span), FATAL.uncacheEmpty);
  });

  it('dies of sweeping what was not claimed, or is not in use', () => {
    const { h, span } = setUp();
    dies(() => sweep(h, span, false), FATAL.sweepBadState);
    Object.assign(span, { sweepgen: -1, state: 'stack' });
    dies(() => sweep(h, span, false), FATAL.sweepBadState);
  });

  it('dies of sweeping the span of a cache, counting what it freed', () => {
    const { h, span } = setUp({ incache: true, sweepgen: -1 });
    dies(() => sweep(h, span, true), FATAL.freeCachedSpan);
    assert.equal(h.caches[0]?.nsmallfree[31], 2);
  });

  it('dies of more credit than was paid', () => {
    const { h } = setUp();
    h.sweepPagesPerByte = 1;
    h.counters.spanBytesAlloc = 5;
    reimburseSweepCredit(h, 5);
    dies(() => reimburseSweepCredit(h, 1), FATAL.creditUnderflow);
  });

  it('has no cache to work on', () => {
    const { h } = setUp();
    h.caches[0] = null;
    assert.throws(() => prepare(h, { op: 'query' }).act(), /without a cache/);
  });

  it('has had all the caches that there may be', () => {
    const { h } = setUp();
    h.caches.push(...Array<null>(MAX_CACHES - 2).fill(null));
    assert.equal(prepare(h, { op: 'addProc' }).act(), MAX_CACHES - 1);
    assert.throws(() => prepare(h, { op: 'addProc' }), RangeError);
  });
});

describe('records of objects past the last one', () => {
  it('are taken off like those of the dead, and no mark is set', () => {
    const calls: unknown[] = [];
    const { h, span } = setUp({ sweepgen: -1, allocCount: 8 });
    Object.assign(h.host, { queueFinalizer: (...args: number[]) => calls.push(args) });
    span.gcmarkBits.fill(true);
    span.specials = [{ offset: 9000, kind: 1, id: 4 }];
    assert.equal(sweep(h, span, false), false);
    assert.deepEqual([calls, span.specials, span.allocBits.length], [[[9000, 4]], [], 8]);
  });
});
