import assert from 'node:assert/strict';
import { FATAL, heapConfig } from '../spec/index.js';
import type { Host } from '../spec/index.js';
import { busyList, freeList, insert, insertBack, members, remove } from './lists.js';
import { emptyHeap } from './mheap.js';
import { newSpan } from './records.js';

function setUp() {
  const h = emptyHeap(heapConfig({ maxHeapList: 4 }), {} as Host);
  h.spans = [1, 2, 3].map((npages) => newSpan(h, 0, npages));
  return { h, spans: h.spans, list: h.free[1], other: h.busy[1] };
}

describe('lists of spans', () => {
  it('have names by length up to the bound', () => {
    const { h } = setUp();
    assert.deepEqual([freeList(h, 3), freeList(h, 4)], [{ name: 'free[3]' }, { name: 'freelarge' }]);
    assert.deepEqual([busyList(h, 3), busyList(h, 4)], [{ name: 'busy[3]' }, { name: 'busylarge' }]);
  });

  it('keep what is inserted at the front before, and at the back behind, all others', () => {
    const { h, spans, list } = setUp();
    const [a, b, c] = spans;
    insert(h, a, list);
    insertBack(h, b, list);
    insert(h, c, list);
    assert.deepEqual(members(h, list), [c, a, b]);
  });

  it('refuse a span that stands in a list, and one that does not stand in this list', () => {
    const { h, spans, list, other } = setUp();
    const [span] = spans;
    assert.throws(() => remove(span, list), { name: 'FatalError', message: FATAL.listRemove });
    insert(h, span, list);
    assert.throws(() => remove(span, other), { name: 'FatalError', message: FATAL.listRemove });
    assert.throws(() => insert(h, span, list), { name: 'FatalError', message: FATAL.listInsert });
    assert.throws(() => insertBack(h, span, list), {
      name: 'FatalError',
      message: FATAL.listInsertBack,
    });
    remove(span, list);
    insertBack(h, span, other);
  });
});
