import assert from 'node:assert/strict';
import { PAGE_SIZE, heapConfig } from '../../spec/index.js';
import type { MallocResult } from '../../spec/index.js';
import { ReferenceHeap } from '../index.js';

function setUp() {
  const claims: number[] = [];
  const heap = new ReferenceHeap(heapConfig(), {
    nanotime: () => 1,
    tick: () => undefined,
    sysMap: () => true,
    sysUsed: () => undefined,
    sysUnused: () => undefined,
    clear: () => undefined,
    spanClaimed: (base) => claims.push(base),
    queueFinalizer: () => undefined,
    profileFree: () => undefined,
    print: () => undefined,
    gctrace: false,
  });
  const malloc = (size: number) =>
    (heap.perform({ op: 'malloc', p: 0, size, needzero: false, scan: 0 }) as MallocResult).addr;
  /** Allocates a large object of `npages` pages, more than 4. */
  const pages = (npages: number) => malloc(npages * PAGE_SIZE);
  /** A cycle in which only the objects at `live` are marked, and nothing is swept or owed. */
  const collect = (live: readonly number[]) => {
    heap.perform({ op: 'gcStart' });
    for (const addr of live) heap.perform({ op: 'mark', addr });
    heap.perform({ op: 'gcEnd', heapDistance: Number.MAX_SAFE_INTEGER });
  };
  const lengthOf = (base: number) => heap.state().spans.find((s) => s.base === base)?.npages ?? 0;
  return { heap, claims, malloc, pages, collect, lengthOf };
}

describe('reclaiming', () => {
  /** Large objects of these lengths, in pages, between others of 40 that live. */
  const LENGTHS = [20, 5, 130, 6, 7, 8] as const;

  const cases: [found: string, dead: number[], asked: number, swept: number[]][] = [
    ['a dead object of the exact length', [7, 8], 7, [7]],
    ['a longer one', [20, 8], 7, [7, 8]],
    ['one too long for a list of its own', [130, 8], 9, [20, 40, 40, 40, 40, 40, 40, 130]],
    ['shorter ones that add up', [5, 6, 7], 9, [20, 40, 40, 40, 40, 40, 40, 130, 5, 6]],
    ['whatever is left', [], 9, [20, 40, 40, 40, 40, 40, 40, 130, 5, 6, 7, 8]],
  ];

  it.each(cases)('looks for %s', (_, dead, asked, swept) => {
    const { pages, claims, collect, lengthOf } = setUp();
    const objects = LENGTHS.flatMap((npages) => [pages(npages), pages(40)]);
    collect(objects.filter((base) => !dead.includes(lengthOf(base))));
    const lengths = new Map(objects.map((base) => [base, lengthOf(base)]));
    pages(asked);
    assert.deepEqual(
      claims.map((base) => lengths.get(base)),
      swept,
    );
  });

  const enough: [dead: number[], asked: number, swept: number[]][] = [
    [[7, 7], 7, [7]],
    [[5, 6, 6], 11, [5, 6]],
    [[5, 5, 6], 11, [5, 5, 6]],
  ];

  it.each(enough)('of objects of %j pages sweeps, for %d pages, %j', (dead, asked, swept) => {
    const { pages, claims, collect, lengthOf } = setUp();
    const lengths = new Map(dead.map(pages).map((base) => [base, lengthOf(base)]));
    collect([]);
    pages(asked);
    assert.deepEqual(
      claims.map((base) => lengths.get(base)),
      swept,
    );
  });

  it('sweeps small objects last', () => {
    const { malloc, pages, claims, collect } = setUp();
    const [small, large] = [malloc(1000), pages(5)];
    collect([large]);
    malloc(2000);
    assert.deepEqual(claims, [large, small]);
  });

  it('does not see a dead object behind a living one that is swept, and the heap grows', () => {
    const { heap, pages, collect, lengthOf } = setUp();
    const [alive, , hidden] = [7, 40, 7, 40].map(pages);
    const short = [5, 40, 5, 40, 72].map(pages).filter((base) => lengthOf(base) === 5);
    const { arenaUsed } = heap.statistics();
    assert.equal(heap.statistics().heap_idle, 0);
    const dead = [hidden, ...short];
    collect(
      heap
        .state()
        .spans.map((s) => s.base)
        .filter((base) => !dead.includes(base)),
    );
    heap.perform({ op: 'addFinalizer', p: 0, addr: alive, id: 1 });

    assert.equal(pages(7), arenaUsed);
    const span = heap.state().spans.find((s) => s.base === hidden);
    assert.ok(span?.state === 'inuse' && span.sweepgen === -2);
    assert.deepEqual(heap.state().free[5], short.reverse());
  });
});
