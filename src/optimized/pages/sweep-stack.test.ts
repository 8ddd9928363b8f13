import assert from 'node:assert/strict';
import { SweepStack } from './sweep-stack.js';

describe('the stack of swept spans', () => {
  it('keeps all entries, from the bottom up, while it grows', () => {
    const stack = new SweepStack();
    const entries: number[] = [];
    assert.equal(stack.size, 0);
    for (let i = 1; i <= 1025; i++) {
      stack.push(i * 16);
      entries.push(i * 16);
      assert.equal(stack.size, i);
      if ([1, 63, 64, 65, 128, 129, 1024, 1025].includes(i)) {
        assert.deepEqual([...stack.entries.subarray(0, i)], entries);
      }
    }
  });

  it('doubles its room where it is full, and not before', () => {
    const stack = new SweepStack();
    for (let i = 0; i < 64; i++) stack.push(16);
    assert.equal(stack.entries.length, 64);
    stack.push(16);
    assert.equal(stack.entries.length, 128);
  });
});
