import { clause, type Theme } from './clause.js';

/** Which free span an allocation takes, and what becomes of it. */
export const ALLOCATION: Theme = {
  name: 'allocation',
  title: 'Allocating spans',
  about:
    'An allocation takes the shortest free span that is long enough, cuts off what is too much, and says what the span is for.',
  clauses: [
    clause('alloc.exact-fit', {
      text: 'Where the free list of the length asked for has a span, that span is taken whole.',
      source: 'mheap.go:666',
      profile: 'placement',
      shapes: ['allocation/exact-fit'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 3
      alloc 1
      free s1
      alloc 3              #= result.base = 0
      `,
    }),
    clause('alloc.newest', {
      text: 'Of several free spans of one length below 128 pages, the one freed last is taken.',
      source: 'mheap.go:669',
      profile: 'placement',
      shapes: ['allocation/newest-of-several'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      alloc 1
      s3 = alloc 1
      alloc 1
      free s1
      free s3
      alloc 1              #= result.base = 16384
      `,
    }),
    clause('alloc.climb', {
      text: 'Where the list of the length asked for is empty, the first list after it that has a span serves.',
      source: 'mheap.go:666',
      profile: 'placement',
      shapes: ['allocation/climbs', 'allocation/climbs-far', 'allocation/longest-list'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 9
      alloc 1
      s3 = alloc 5
      alloc 1
      free s3
      free s1
      alloc 4              #= result.base = 81920
      `,
    }),
    clause('alloc.large-list-last', {
      text: 'Spans of 128 pages and more serve a shorter request only where no shorter free span is long enough.',
      source: 'mheap.go:674',
      profile: 'placement',
      shapes: ['allocation/falls-through'],
      traces: ['pages-large-0'],
      example: `
      s1 = alloc 128
      s2 = alloc 128
      free s1
      alloc 1              #= result.base = 0
      `,
    }),
    clause('alloc.best-fit', {
      text: 'Of the free spans of 128 pages and more, the shortest that is long enough is taken.',
      source: 'mheap.go:747',
      profile: 'placement',
      shapes: ['allocation/large-exact-fit', 'allocation/best-fit-of-three', 'allocation/giant-best-fit'],
      traces: ['pages-large-0'],
      example: `
      s1 = alloc 144
      alloc 128
      s3 = alloc 136
      alloc 128
      s5 = alloc 152
      free s5
      free s3
      free s1
      alloc 130            #= result.base = 2228224
      `,
    }),
    clause('alloc.best-fit.tie', {
      text: 'Of several free spans of 128 pages and more that fit best, the one at the lowest address is taken, whenever it was freed.',
      source: 'mheap.go:752',
      profile: 'placement',
      shapes: ['allocation/best-fit-tie', 'allocation/giant-tie'],
      traces: ['pages-large-0'],
      example: `
      s1 = alloc 128
      alloc 128
      s3 = alloc 128
      alloc 128
      free s1
      free s3
      alloc 128            #= result.base = 0
      `,
    }),
    clause('alloc.best-fit.too-short', {
      text: 'A free span of 128 pages or more that is shorter than what is asked for is passed over.',
      source: 'mheap.go:749',
      profile: 'placement',
      shapes: ['allocation/best-fit-passes-shorter'],
      traces: ['pages-large-0'],
      example: `
      s1 = alloc 128
      alloc 128
      s3 = alloc 144
      free s1
      free s3
      alloc 136            #= result.base = 2097152
      `,
    }),
    clause('alloc.split', {
      text: 'Of a span that is longer than asked for, the front is taken; the rest becomes a free span in the list of its own length.',
      source: 'mheap.go:705',
      profile: 'structure',
      shapes: ['allocation/split-leaves-one', 'allocation/split-leaves-more'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 3
      alloc 1
      free s1
      alloc 2              #= result.base = 0; free[1] = [16384]
      `,
    }),
    clause('alloc.split.across-the-bound', {
      text: 'What is left of a long span goes by its own length: into the list of fewer than 128 pages, or among the long ones.',
      source: 'mheap.go:719',
      profile: 'structure',
      shapes: [
        'allocation/large-leaves-short',
        'allocation/large-leaves-large',
        'allocation/leaves-longest-short',
        'allocation/leaves-shortest-large',
        'allocation/below-the-bound',
        'allocation/at-the-bound',
        'allocation/above-the-bound',
      ],
      traces: ['pages-large-0'],
      example: `
      s1 = alloc 256
      free s1
      alloc 1              #= freelarge = [8192]
      alloc 128            #= freelarge = []; free[127] = [1056768]
      `,
    }),
    clause('alloc.split.dirt', {
      text: 'What is left of a split is as dirty as the span was: clear memory taken from it has to be cleared.',
      source: 'mheap.go:716',
      profile: 'structure',
      shapes: ['zeroing/dirty-remainder'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2
      alloc 1
      free s1 dirty
      alloc 1              #= spans[@8192].needzero = 1
      alloc 1 needzero     #= result.zeroed = true; clears = [[8192, 8192]]
      `,
    }),
    clause('alloc.split.age', {
      text: 'What is left of a split has been unused for as long as the span that it is from.',
      source: 'mheap.go:719',
      profile: 'structure',
      invariants: ['spans.unused-since'],
      shapes: ['allocation/split-leaves-more', 'scavenging/inherited-age'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1              #= spans[@8192].unusedsince = 1
      tick 6ns
      alloc 1              #= spans[@16384].unusedsince = 1
      scavenge 5ns         #= result = 1032192
      `,
    }),
    clause('alloc.split.released', {
      text: 'A span of which pages were released is wanted again as a whole, also the part of it that is left over.',
      source: 'mheap.go:699',
      profile: 'placement',
      invariants: ['released.sum'],
      shapes: ['released/reused-split', 'released/reused-whole', 'released/reused-partly-released'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      freeOSMemory         #= heap_released = 1040384
      alloc 2              #= sys = [["used", 8192, 1040384]]; heap_released = 0
      `,
    }),
    clause('alloc.not-released', {
      text: 'The operating system is not told of a span of which no page was released.',
      source: 'mheap.go:699',
      profile: 'placement',
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      free s1
      alloc 1              #= sys = []
      `,
    }),
    clause('alloc.moves-idle', {
      text: 'The bytes of an allocated span move from the idle ones to those in use.',
      source: 'mheap.go:729',
      profile: 'accounting',
      invariants: ['accounting.inuse-and-idle-are-sys', 'accounting.heap-inuse', 'accounting.heap-idle'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 3              #= heap_inuse = 24576; heap_idle = 1024000
      `,
    }),
    clause('alloc.pages-in-use', {
      text: 'The pages of an allocated heap span count as pages in use; those of stacks do not.',
      source: 'mheap.go:587',
      profile: 'accounting',
      invariants: ['accounting.pages-in-use'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 3              #= pagesInUse = 3
      allocStack 2         #= pagesInUse = 3
      `,
    }),
    clause('alloc.class', {
      text: 'A span of a size class has objects of the size of that class.',
      source: 'mheap.go:578',
      profile: 'structure',
      invariants: ['spans.element-size'],
      shapes: ['contents/other-pages-than-class', 'contents/no-room-for-one'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 2 class 5      #= spans[@0].sizeclass = 5; spans[@0].elemsize = 64
      `,
    }),
    clause('alloc.no-class', {
      text: 'A span without a size class is one object of all its bytes.',
      source: 'mheap.go:571',
      profile: 'structure',
      invariants: ['spans.element-size'],
      shapes: ['contents/no-class-not-large'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 3              #= spans[@0].sizeclass = 0; spans[@0].elemsize = 24576
      `,
    }),
    clause('alloc.swept', {
      text: 'An allocated heap span counts as swept, and is put on top of the swept spans. A span of stacks is not.',
      source: 'mheap.go:566',
      profile: 'structure',
      invariants: ['spans.sweep-generation', 'spans.on-sweep-stack', 'sweeping.right-stack'],
      traces: ['pages-mixed-0', 'objects-mixed-0'],
      example: `
      alloc 1              #= spans[@0].sweepgen = 0
      alloc 1              #= sweepStacks.swept = [8192, 0]
      allocStack 1         #= sweepStacks.swept = [8192, 0]
      `,
    }),
    clause('alloc.large.counted', {
      text: 'A span for a large object counts as one object, and all its bytes as live.',
      source: 'mheap.go:589',
      profile: 'accounting',
      invariants: ['counters.heap-objects', 'counters.heap-live'],
      shapes: ['contents/busy-list', 'contents/large-with-class'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 2 large        #= heap_objects = 1; heap_live = 16384
      `,
    }),
    clause('alloc.large.others-not', {
      text: 'A heap span that is not for a large object changes neither the count of objects nor the live bytes.',
      source: 'mheap.go:588',
      profile: 'accounting',
      invariants: ['counters.heap-objects', 'counters.heap-live'],
      shapes: ['contents/no-class-not-large'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 2              #= heap_objects = 0; heap_live = 0
      `,
    }),
    clause('alloc.zero.cleared', {
      text: 'Memory that may be dirty is cleared, all of the span, where clear memory is asked for; the answer says so.',
      source: 'mheap.go:631',
      profile: 'safety',
      shapes: ['zeroing/cleared', 'zeroing/dirty-by-merge'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2
      free s1 dirty
      alloc 2 needzero     #= result.zeroed = true; clears = [[0, 16384]]
      `,
    }),
    clause('alloc.zero.clean', {
      text: 'Memory that is clean is not cleared once more, though clear memory is asked for.',
      source: 'mheap.go:631',
      profile: 'placement',
      shapes: ['zeroing/clean'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 2 needzero     #= result.zeroed = false; clears = []
      `,
    }),
    clause('alloc.zero.not-asked', {
      text: 'Dirty memory is handed out as it is where clear memory is not asked for.',
      source: 'mheap.go:631',
      profile: 'placement',
      shapes: ['zeroing/not-asked'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2
      free s1 dirty
      alloc 2              #= result.zeroed = false; clears = []
      `,
    }),
    clause('alloc.zero.flag', {
      text: 'A heap span that is handed out no longer counts as dirty, whether it was cleared or not: whoever frees it says anew.',
      source: 'mheap.go:634',
      profile: 'structure',
      invariants: ['spans.needzero-is-flag'],
      shapes: ['zeroing/not-asked'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2
      free s1 dirty
      alloc 2              #= spans[@0].needzero = 0
      `,
    }),
    clause('alloc.stack', {
      text: 'A span for stacks is taken like any other, and its bytes count as those of stacks.',
      source: 'mheap.go:639',
      profile: 'accounting',
      invariants: ['accounting.stacks-inuse'],
      shapes: ['stacks/allocated', 'stacks/large'],
      traces: ['pages-mixed-0'],
      example: `
      allocStack 2         #= result.base = 0; stacks_inuse = 16384; heap_inuse = 16384
      `,
    }),
    clause('alloc.stack.not-cleared', {
      text: 'A span for stacks is never cleared, and stays as dirty as it was.',
      source: 'mheap.go:646',
      profile: 'structure',
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2
      free s1 dirty
      allocStack 2         #= clears = []; spans[@0].needzero = 1
      `,
    }),
  ],
};
