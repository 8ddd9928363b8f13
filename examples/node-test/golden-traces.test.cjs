const { goldenTraces, optimizedHeap, readGoldenTrace, renderMismatch, replayTrace } = require('heapspec');
const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

// The recordings come with the package. Put a heap of your own in the place of `optimizedHeap`.
describe('the heap does what the real one did', () => {
  for (const trace of goldenTraces()) {
    test(trace.name, async () => {
      const { mismatch, steps } = await replayTrace(readGoldenTrace(trace), optimizedHeap);
      assert.equal(mismatch, undefined, mismatch && renderMismatch(mismatch));
      assert(steps > 0);
    });
  }
});
