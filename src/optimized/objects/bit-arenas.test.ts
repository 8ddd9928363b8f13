import assert from 'node:assert/strict';
import { BitArenas } from './bit-arenas.js';

const ARENA_BYTES = 65536 - 16;

function fillTimes(arenas: BitArenas, times: number): void {
  for (let i = 0; i < times; i++) arenas.fill(128);
}

describe('arenas of bits', () => {
  it('are filled as the runtime does: to the last byte, and with a gap where bits do not fit', () => {
    const arenas = new BitArenas();
    assert.deepEqual(arenas.next, []);
    // An arena has room for 511 times 128 bytes, and for 112 bytes more.
    fillTimes(arenas, 511);
    arenas.fill(112);
    assert.deepEqual(arenas.next, [ARENA_BYTES]);
    fillTimes(arenas, 511);
    assert.deepEqual(arenas.next, [ARENA_BYTES, 511 * 128]);
    arenas.fill(128);
    assert.deepEqual(arenas.next, [ARENA_BYTES, 511 * 128, 128]);
  });

  it('are free when they are two epochs old, and used again', () => {
    const arenas = new BitArenas();
    const seen: unknown[] = [];
    for (let cycle = 0; cycle < 6; cycle++) {
      fillTimes(arenas, 1200);
      seen.push([arenas.free, arenas.next.length, arenas.current.length, arenas.previous.length]);
      arenas.nextEpoch();
    }
    assert.deepEqual(seen, [
      [0, 3, 0, 0],
      [0, 3, 3, 0],
      [0, 3, 3, 3],
      [0, 3, 3, 3],
      [0, 3, 3, 3],
      [0, 3, 3, 3],
    ]);
    for (let cycle = 0; cycle < 3; cycle++) arenas.nextEpoch();
    assert.deepEqual([arenas.free, arenas.next, arenas.current, arenas.previous], [9, [], [], []]);
  });
});
