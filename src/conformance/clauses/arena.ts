import { clause, type Theme } from './clause.js';

/** What the arena is made of, and the lists that its spans stand in. */
export const ARENA: Theme = {
  name: 'arena',
  title: 'The arena, its spans and their lists',
  about:
    'The heap is a run of pages, cut into spans. Spans that nobody has stand in lists by their length, and so do those of large objects.',
  clauses: [
    clause('arena.pages', {
      text: 'A page has 8192 bytes. A span is a run of whole pages, so it begins at a multiple of that.',
      source: 'Constants',
      profile: 'safety',
      traces: ['pages-mixed-0'],
      example: `
      alloc 1              #= result.base = 0
      alloc 1              #= result.base = 8192
      `,
    }),
    clause('arena.apart', {
      text: 'What is given out is nobody else’s until it is given back: no two spans or objects in use overlap, and the heap does not touch them.',
      source: 'mheap.go:115',
      profile: 'safety',
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2
      allocStack 1
      query s1+16383       #= result.lookupMaybe = 0; spans[@0].npages = 2; spans[@16384].npages = 1
      `,
    }),
    clause('arena.served', {
      text: 'What a program may ask for, it gets: a sound request is neither rejected nor fatal, and memory is lacking only where the arena has none.',
      source: 'mheap.go:661',
      profile: 'safety',
      traces: ['pages-mixed-0'],
      example: `
      config arenaPages=128
      s1 = allocStack 128  #= result.base = 0
      freeStack s1         #= stacks_inuse = 0
      alloc 128            #= result.base = 0
      `,
    }),
    clause('arena.mapped', {
      text: 'Only memory that is mapped is given out, and of that what was released is first wanted again.',
      source: 'The operating system',
      profile: 'safety',
      traces: ['pages-mixed-0'],
      example: `
      alloc 1              #= sys = [["map", 0, 1048576]]
      freeOSMemory
      alloc 127            #= result.base = 8192; sys = [["used", 8192, 1040384]]
      `,
    }),
    clause('arena.tiled', {
      text: 'Spans tile the arena from its start to the end of what is mapped: no page is left out, and none is in two spans.',
      source: 'mheap.go:115',
      profile: 'structure',
      invariants: ['spans.tile-arena', 'accounting.spans-in-use', 'steps.one-span-at-a-time'],
      traces: ['pages-mixed-0', 'objects-mixed-0'],
      example: `
      alloc 3              #= spans[@0].npages = 3
      allocStack 2         #= spans[@24576].npages = 2; spans[@40960].npages = 123
      `,
    }),
    clause('arena.states', {
      text: 'A span is free, in use for objects, or used for stacks, and nothing else between two operations.',
      source: 'mheap.go:127',
      profile: 'structure',
      traces: ['pages-mixed-1'],
      example: `
      alloc 1              #= spans[@0].state = "inuse"
      allocStack 1         #= spans[@8192].state = "stack"; spans[@16384].state = "free"
      `,
    }),
    clause('arena.within-reservation', {
      text: 'The arena never grows beyond its reservation: what would pass its end is not mapped.',
      source: 'The operating system',
      profile: 'safety',
      invariants: ['spans.within-reservation'],
      shapes: ['growth/beyond-the-arena', 'growth/out-of-memory'],
      traces: ['pages-tiny-arena-0'],
      example: `
      config arenaPages=8
      alloc 9              #= result = null; arenaUsed = 0
      `,
    }),
    clause('arena.never-shrinks', {
      text: 'Memory that was mapped stays mapped: freeing gives pages back to the heap, and never to the operating system.',
      source: 'The operating system',
      profile: 'accounting',
      invariants: ['accounting.never-shrinks', 'accounting.exact-counters'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 200
      free s1              #= arenaUsed = 1638400; heap_sys = 1638400
      `,
    }),
    clause('arena.start', {
      text: 'No answer but that to the nil pointer depends on where the arena begins: addresses are told from its start.',
      source: 'mheap.go:92',
      level: 'detail',
      profile: 'placement',
      traces: ['pages-mixed-0'],
      example: `
      config arenaStart=1048576
      alloc 1              #= result.base = 0
      `,
    }),
    clause('lists.short', {
      text: 'A free span of fewer than 128 pages stands in the free list of exactly its length.',
      source: 'mheap.go:32',
      profile: 'structure',
      invariants: ['lists.free-spans'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 5
      alloc 1
      free s1              #= free[5] = [0]; free[122] = [49152]
      `,
    }),
    clause('lists.long', {
      text: 'Free spans of 128 pages and more share one list, whatever their length.',
      source: 'mheap.go:33',
      profile: 'structure',
      invariants: ['lists.free-spans', 'lists.freelarge-by-address'],
      traces: ['pages-large-0'],
      example: `
      s1 = alloc 128
      alloc 1
      free s1              #= freelarge = [0]; free[127] = [1056768]
      `,
    }),
    clause('lists.newest-first', {
      text: 'A free span is put at the front of its list, so that the one freed last stands first.',
      source: 'mheap.go:1071',
      profile: 'structure',
      invariants: ['lists.free-newest-first'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      alloc 1
      s3 = alloc 1
      alloc 1
      free s1
      free s3              #= free[1] = [16384, 0]
      `,
    }),
    clause('lists.bound', {
      text: 'Where lists by length end is part of the configuration; the runtime has them for 1 to 127 pages.',
      source: 'Constants',
      level: 'detail',
      profile: 'structure',
      invariants: ['lists.free-spans'],
      example: `
      config maxHeapList=4
      s1 = alloc 3
      alloc 1
      free s1              #= free[3] = [0]; freelarge = [32768]
      `,
    }),
    clause('lists.busy', {
      text: 'The span of a large object stands in the busy list of its length.',
      source: 'mheap.go:593',
      profile: 'structure',
      invariants: ['lists.busy-spans'],
      shapes: ['contents/busy-list'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 2 large        #= busy[2] = [0]
      `,
    }),
    clause('lists.busy-long', {
      text: 'The spans of large objects of 128 pages and more share one busy list.',
      source: 'mheap.go:595',
      profile: 'structure',
      invariants: ['lists.busy-spans'],
      shapes: ['contents/busy-large'],
      traces: ['pages-large-0'],
      example: `
      alloc 128 large      #= busylarge = [0]
      `,
    }),
    clause('lists.busy-back', {
      text: 'The span of a large object is put at the back of its busy list: swept spans stand behind unswept ones.',
      source: 'mheap.go:1089',
      profile: 'structure',
      invariants: ['lists.busy-in-order-of-allocation'],
      shapes: ['contents/busy-list-of-several'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1 large
      alloc 1 large        #= busy[1] = [0, 8192]
      `,
    }),
    clause('lists.busy-only-large', {
      text: 'A span that was not asked for as a large object, and a span of stacks, stand in no busy list.',
      source: 'mheap.go:588',
      profile: 'structure',
      invariants: ['lists.busy-are-large'],
      shapes: ['contents/no-class-not-large'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1              #= busy = {}
      allocStack 1         #= busy = {}; busylarge = []
      `,
    }),
    clause('table.mapped', {
      text: 'The span table is mapped for as many pages as the arena has, rounded up so that its 8-byte entries fill whole physical pages.',
      source: 'mheap.go:444',
      level: 'detail',
      profile: 'accounting',
      invariants: ['accounting.spans-mapped'],
      shapes: ['growth/table-extended', 'growth/table-long-enough'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1              #= spansMapped = 512
      alloc 385            #= spansMapped = 1024
      `,
    }),
    clause('records.made', {
      text: 'A span has a record. Where no record is free, one is made, and it counts for ever.',
      source: 'mheap.go:267',
      profile: 'accounting',
      invariants: ['accounting.allspans'],
      shapes: ['records/made', 'records/table-moved', 'records/table-moved-again'],
      traces: ['pages-grow-0'],
      example: `
      alloc 128            #= allspans = 1; spansInUse = 1
      alloc 1              #= allspans = 3; spansInUse = 3
      `,
    }),
    clause('records.reused', {
      text: 'The record of a span that merged into another is free, and is used again before a new one is made.',
      source: 'Fixed-size allocators',
      profile: 'accounting',
      invariants: ['accounting.allspans'],
      shapes: ['records/reused'],
      traces: ['pages-mixed-0', 'pages-grow-0'],
      example: `
      s1 = alloc 1
      free s1              #= allspans = 2; spansInUse = 1
      alloc 1              #= allspans = 2; spansInUse = 2
      `,
    }),
  ],
};
