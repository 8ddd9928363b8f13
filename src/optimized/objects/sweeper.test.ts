import assert from 'node:assert/strict';
import { RecordingHost } from '../../lockstep/index.js';
import { FATAL, heapConfig } from '../../spec/index.js';
import { HeapParts } from '../heap-parts.js';
import { LAYOUT } from '../pages/layout.js';
import { CACHE } from './cache-layout.js';

const { CACHED, FLAGS, NIL, OBJECTS, STACK, SWEEPGEN } = LAYOUT;

/** A heap with one span of two objects, of which one is marked, in no cache, and claimed for sweeping. */
function setUp(): { parts: HeapParts; s: number } {
  const parts = new HeapParts(heapConfig(), new RecordingHost());
  const { allocator, collector, pages, sweeper } = parts;
  const addr = allocator.malloc(0, 4096, false, 0);
  allocator.malloc(0, 4096, false, 0);
  collector.start();
  collector.mark(addr);
  collector.end(2 ** 30);
  const s = pages.table.startingAt(0);
  sweeper.claim(s);
  return { parts, s };
}

describe('sweeping a span that no operation can bring about', () => {
  it.each<[what: string, message: string, damage: (words: Int32Array, s: number) => void]>([
    ['was not claimed', FATAL.sweepBadState, (words, s) => (words[s + SWEEPGEN] -= 1)],
    ['is not in use', FATAL.sweepBadState, (words, s) => (words[s + FLAGS] = STACK | OBJECTS)],
    ['has no objects', FATAL.sweepWithoutObjects, (words, s) => (words[s + FLAGS] &= ~OBJECTS)],
    ['is with a cache', FATAL.freeCachedSpan, (words, s) => (words[s + CACHED] = CACHE.CLASS_WORDS)],
  ])('ends the heap where it %s', (_, message, damage) => {
    const { parts, s } = setUp();
    damage(parts.pages.records.words, s);
    assert.throws(() => parts.sweeper.sweepClaimed(s, true, NIL), { name: 'FatalError', message });
    assert.throws(() => parts.pages.fate.check(), { message });
  });

  it('does not, where all is well', () => {
    const { parts, s } = setUp();
    assert.equal(parts.sweeper.sweepClaimed(s, true, NIL), false);
    parts.pages.fate.check();
  });
});
