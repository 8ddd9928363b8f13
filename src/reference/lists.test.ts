import assert from 'node:assert/strict';
import { FATAL, heapConfig } from '../spec/index.js';
import type { Host } from '../spec/index.js';
import { busyList, freeList, insert, insertBack, listOrder, remove } from './lists.js';
import { emptyHeap } from './page-heap.js';
import { newSpan } from './records.js';

function setUp() {
  const h = emptyHeap(heapConfig({ maxHeapList: 4 }), {} as Host);
  return { h, spans: [1, 2, 3].map((npages) => newSpan(h, 0, npages)) };
}

describe('lists of spans', () => {
  it('have names by length up to the bound', () => {
    const { h } = setUp();
    assert.deepEqual([freeList(h, 3), freeList(h, 4)], ['free[3]', 'freelarge']);
    assert.deepEqual([busyList(h, 3), busyList(h, 4)], ['busy[3]', 'busylarge']);
  });

  it('keep what is inserted at the front before, and at the back behind, all others', () => {
    const { h, spans } = setUp();
    const [a, b, c] = spans;
    insert(h, a, 'free[1]');
    insertBack(h, b, 'free[1]');
    insert(h, c, 'free[1]');
    assert.deepEqual([...spans].sort(listOrder), [c, a, b]);
  });

  it('refuse a span that stands in a list, and one that does not stand in this list', () => {
    const { h, spans } = setUp();
    const [span] = spans;
    assert.throws(() => remove(span, 'free[1]'), { name: 'FatalError', message: FATAL.listRemove });
    insert(h, span, 'free[1]');
    assert.throws(() => remove(span, 'busy[1]'), { name: 'FatalError', message: FATAL.listRemove });
    assert.throws(() => insert(h, span, 'free[1]'), { name: 'FatalError', message: FATAL.listInsert });
    assert.throws(() => insertBack(h, span, 'free[1]'), {
      name: 'FatalError',
      message: FATAL.listInsertBack,
    });
    remove(span, 'free[1]');
    insertBack(h, span, 'busy[1]');
  });
});
