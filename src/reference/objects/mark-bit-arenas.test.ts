import assert from 'node:assert/strict';
import { heapConfig } from '../../spec/index.js';
import type { Host } from '../../spec/index.js';
import { emptyHeap } from '../mheap.js';
import { newMarkBits, nextMarkBitArenaEpoch } from './mark-bit-arenas.js';

function setUp() {
  const h = emptyHeap(heapConfig(), {} as Host);
  return { h, arenas: h.gcBitsArenas };
}

describe('arenas of bits', () => {
  const cases: [nelems: number, bytes: number][] = [
    [1, 8],
    [64, 8],
    [65, 16],
    [1024, 128],
  ];

  it.each(cases)('give %d objects %d bytes', (nelems, bytes) => {
    const { h, arenas } = setUp();
    assert.deepEqual(newMarkBits(h, nelems), Array(nelems).fill(false));
    assert.deepEqual(arenas.next, [bytes]);
  });

  it('are followed by another one when there is too little left, which stays unused', () => {
    const { h, arenas } = setUp();
    for (let i = 0; i < 511; i++) newMarkBits(h, 1024);
    assert.deepEqual(arenas.next, [65408]);
    newMarkBits(h, 1024);
    newMarkBits(h, 1);
    assert.deepEqual(arenas.next, [136, 65408]);
  });

  it('can be filled to the last byte', () => {
    const { h, arenas } = setUp();
    for (let i = 0; i < 8190; i++) newMarkBits(h, 1);
    assert.deepEqual(arenas.next, [65520]);
  });

  it('age with each cycle, and are used again after the third', () => {
    const { h, arenas } = setUp();
    for (let i = 0; i < 513; i++) newMarkBits(h, 1024);
    nextMarkBitArenaEpoch(h);
    newMarkBits(h, 1);
    nextMarkBitArenaEpoch(h);
    assert.deepEqual(arenas, { free: 0, next: [], current: [8], previous: [256, 65408] });
    nextMarkBitArenaEpoch(h);
    assert.deepEqual(arenas, { free: 2, next: [], current: [], previous: [8] });
    newMarkBits(h, 64);
    assert.deepEqual(arenas, { free: 1, next: [8], current: [], previous: [8] });
  });
});
