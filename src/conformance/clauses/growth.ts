import { clause, type Theme } from './clause.js';

/** How the arena grows, and what happens where it can't. */
export const GROWTH: Theme = {
  name: 'growth',
  title: 'Growing',
  about:
    'Where no free span is long enough, the heap asks the operating system for more memory at the end of the arena.',
  clauses: [
    clause('growth.only-if-needed', {
      text: 'The arena grows only where no free span is long enough.',
      source: 'mheap.go:676',
      profile: 'placement',
      shapes: ['allocation/exact-fit'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 127
      alloc 1              #= sys = []
      alloc 1              #= sys = [["map", 1048576, 1048576]]
      `,
    }),
    clause('growth.chunk', {
      text: 'It grows by 1 MiB at least.',
      source: 'mheap.go:770',
      profile: 'placement',
      shapes: ['growth/chunk', 'growth/first'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1              #= sys = [["map", 0, 1048576]]
      `,
    }),
    clause('growth.rounded', {
      text: 'What it grows by is a multiple of 64 KiB.',
      source: 'mheap.go:768',
      profile: 'placement',
      shapes: ['growth/rounded', 'growth/above-chunk'],
      traces: ['pages-large-0'],
      example: `
      alloc 129            #= sys = [["map", 0, 1114112]]
      `,
    }),
    clause('growth.whole', {
      text: 'What is asked for counts, and not what the free memory at the end of the arena lacks.',
      source: 'mheap.go:763',
      profile: 'placement',
      shapes: ['growth/joins-tail'],
      traces: ['pages-large-0'],
      example: `
      alloc 1
      alloc 200            #= sys = [["map", 1048576, 1638400]]
      `,
    }),
    clause('growth.at-the-end', {
      text: 'New memory begins where the mapped memory ends.',
      source: 'The operating system',
      profile: 'placement',
      shapes: ['growth/after-live-span'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 128
      alloc 128            #= result.base = 1048576; sys = [["map", 1048576, 1048576]]
      `,
    }),
    clause('growth.unsplit', {
      text: 'New memory that is just as long as what is asked for is taken whole.',
      source: 'mheap.go:695',
      profile: 'placement',
      shapes: ['growth/unsplit'],
      example: `
      alloc 128            #= result = {"base": 0, "zeroed": false}; sys = [["map", 0, 1048576]]; freelarge = []
      `,
    }),
    clause('growth.joins-tail', {
      text: 'New memory merges with a free span at the end of the arena, and the request is served from its start.',
      source: 'mheap.go:786',
      profile: 'placement',
      invariants: ['spans.no-adjacent-free'],
      shapes: ['growth/joins-tail', 'growth/joins-released-tail'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 127
      alloc 2              #= result.base = 1040384
      `,
    }),
    clause('growth.clean', {
      text: 'New memory is clear.',
      source: 'The operating system',
      profile: 'structure',
      traces: ['pages-mixed-0'],
      example: `
      alloc 1 needzero     #= result.zeroed = false; spans[@8192].needzero = 0
      `,
    }),
    clause('growth.age', {
      text: 'The age of new memory begins when it is mapped, also that of a free span which it merges with.',
      source: 'mheap.go:797',
      profile: 'structure',
      invariants: ['spans.unused-since'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 127
      tick 4ns
      alloc 2              #= spans[@1056768].unusedsince = 5
      `,
    }),
    clause('growth.counted', {
      text: 'New memory counts as got from the system and as idle; as pages in use only once it is allocated.',
      source: 'mheap.go:796',
      profile: 'accounting',
      invariants: ['accounting.inuse-and-idle-are-sys', 'accounting.heap-sys'],
      shapes: ['growth/for-stack'],
      traces: ['pages-mixed-0'],
      example: `
      allocStack 1         #= heap_sys = 1048576; arenaUsed = 1048576; heap_idle = 1040384; pagesInUse = 0
      `,
    }),
    clause('growth.fallback', {
      text: 'Where a whole chunk is not to be had, the heap asks once more, for the request rounded up to 64 KiB.',
      source: 'mheap.go:776',
      profile: 'placement',
      shapes: ['growth/fallback-no-room', 'growth/to-the-end'],
      traces: ['pages-tiny-arena-0'],
      example: `
      config arenaPages=136
      alloc 128
      alloc 8              #= sys = [["map", 1048576, 65536]]
      `,
    }),
    clause('growth.fallback.refused', {
      text: 'It asks once more, too, where there is room and the operating system refuses the chunk.',
      source: 'mheap.go:776',
      profile: 'placement',
      shapes: ['growth/fallback-refused'],
      example: `
      host seed=1 refusals=0.5
      alloc 1              #= sys = [["map", 0, 65536]]
      `,
    }),
    clause('growth.fallback.missed', {
      text: 'A span from a smaller growth that is too short for the long list is missed by the request that the arena grew for, which fails.',
      source: 'mheap.go:681',
      profile: 'placement',
      shapes: ['growth/in-vain'],
      traces: ['pages-tiny-arena-0'],
      example: `
      config arenaPages=16
      alloc 1              #= result = null; arenaUsed = 65536; free[8] = [0]
      `,
    }),
    clause('growth.fallback.found', {
      text: 'The next request finds the span that was missed.',
      source: 'Known oddities',
      profile: 'placement',
      shapes: [
        'growth/in-vain-then-found',
        'growth/recovered',
        'allocation/last-page',
        'allocation/arena-full',
      ],
      traces: ['pages-tiny-arena-0'],
      example: `
      config arenaPages=8
      alloc 1
      alloc 8              #= result.base = 0; arenaUsed = 65536
      `,
    }),
    clause('growth.out-of-memory', {
      text: 'Where the operating system gives nothing, the allocation fails, and all is as it was before.',
      source: 'mheap.go:780',
      profile: 'safety',
      shapes: ['growth/out-of-memory', 'growth/out-of-memory-fragmented', 'growth/refused'],
      traces: ['pages-tiny-arena-0'],
      example: `
      host refusals=1
      alloc 1              #= result = null; sys = []; arenaUsed = 0; spans = []
      allocStack 1         #= result = null; stacks_inuse = 0
      `,
    }),
    clause('growth.out-of-memory.line', {
      text: 'A failed growth prints a line with the bytes that were asked for last and those in use.',
      source: 'mheap.go:781',
      level: 'detail',
      profile: 'placement',
      shapes: ['growth/out-of-memory'],
      example: `
      config arenaPages=8
      alloc 9              #= prints = ["runtime: out of memory: cannot allocate 131072-byte block (0 in use)\\n"]
      `,
    }),
    clause('growth.all-or-nothing', {
      text: 'There is no partial success: memory is mapped in the length asked for, or not at all.',
      source: 'The operating system',
      profile: 'placement',
      shapes: ['growth/out-of-memory'],
      traces: ['pages-tiny-arena-0'],
      example: `
      config arenaPages=200
      alloc 128
      alloc 73             #= result = null; arenaUsed = 1048576
      alloc 72             #= result = null; arenaUsed = 1638400
      `,
    }),
    clause('growth.configured', {
      text: 'The chunk and the unit of growth are part of the configuration.',
      source: 'Constants',
      level: 'detail',
      profile: 'placement',
      example: `
      config heapAllocChunk=16384 growRound=8192 maxHeapList=1
      alloc 1              #= sys = [["map", 0, 16384]]
      alloc 3              #= sys = [["map", 16384, 24576]]
      `,
    }),
  ],
};
