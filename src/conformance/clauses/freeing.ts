import { clause, type Theme } from './clause.js';

/** What becomes of a span that is given back. */
export const FREEING: Theme = {
  name: 'freeing',
  title: 'Freeing spans',
  about: 'A span that is given back becomes free at once; who frees it says whether its memory is dirty.',
  clauses: [
    clause('free.moves-idle', {
      text: 'The bytes of a freed span move from those in use to the idle ones.',
      source: 'mheap.go:885',
      profile: 'accounting',
      invariants: ['accounting.inuse-and-idle-are-sys'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 3
      free s1              #= heap_inuse = 0; heap_idle = 1048576
      `,
    }),
    clause('free.pages-in-use', {
      text: 'The pages of a freed heap span no longer count as in use.',
      source: 'mheap.go:879',
      profile: 'accounting',
      invariants: ['accounting.pages-in-use'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 3
      alloc 2
      free s1              #= pagesInUse = 2
      `,
    }),
    clause('free.age', {
      text: 'The age of a freed span begins when it is freed.',
      source: 'mheap.go:897',
      profile: 'structure',
      invariants: ['spans.unused-since'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      alloc 1
      tick 6ns
      free s1              #= spans[@0].unusedsince = 7
      `,
    }),
    clause('free.not-released', {
      text: 'No page of a freed span counts as released.',
      source: 'mheap.go:901',
      profile: 'structure',
      invariants: ['released.at-most-idle'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      alloc 1
      free s1              #= spans[@0].npreleased = 0
      `,
    }),
    clause('free.dirty', {
      text: 'A heap span that is freed as dirty counts as dirty until it is handed out again.',
      source: 'mheap.go:243',
      profile: 'structure',
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      alloc 1
      free s1 dirty        #= spans[@0].needzero = 1
      `,
    }),
    clause('free.clean', {
      text: 'A heap span that is not freed as dirty, and joins no dirty one, is clean.',
      source: 'mheap.go:631',
      profile: 'structure',
      shapes: ['freeing/alone'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      alloc 1
      free s1              #= spans[@0].needzero = 0
      alloc 1 needzero     #= result.zeroed = false
      `,
    }),
    clause('free.stack', {
      text: 'The bytes of a freed span of stacks no longer count as those of stacks.',
      source: 'mheap.go:862',
      profile: 'accounting',
      invariants: ['accounting.stacks-inuse'],
      shapes: ['stacks/freed'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = allocStack 2
      freeStack s1         #= stacks_inuse = 0; heap_inuse = 0
      `,
    }),
    clause('free.stack.dirty', {
      text: 'A freed span of stacks is always dirty.',
      source: 'mheap.go:860',
      profile: 'structure',
      shapes: ['stacks/freed', 'zeroing/after-stack'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = allocStack 1
      alloc 1
      freeStack s1         #= spans[@0].needzero = 1
      alloc 1 needzero     #= result.zeroed = true
      `,
    }),
    clause('free.busy', {
      text: 'The span of a large object leaves its busy list when it is freed, wherever it stands there.',
      source: 'mheap.go:892',
      profile: 'structure',
      invariants: ['lists.busy-spans'],
      shapes: ['freeing/from-busy-list', 'freeing/from-busy-large', 'freeing/from-inside-busy-list'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1 large
      s2 = alloc 1 large
      alloc 1 large
      free s2              #= busy[1] = [0, 16384]
      `,
    }),
    clause('free.objects', {
      text: 'A free takes one off the count of objects where it says that a large object died, whatever the span held.',
      source: 'mheap.go:843',
      profile: 'accounting',
      invariants: ['counters.heap-objects'],
      shapes: ['freeing/large-not-counted-off', 'freeing/counted-off-unlisted'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1 large
      s2 = alloc 1
      free s1 noacct       #= heap_objects = 1
      free s2 acct         #= heap_objects = 0
      `,
    }),
    clause('free.live-bytes', {
      text: 'Freeing a span changes no live bytes: only the end of a cycle brings them down.',
      source: 'mheap.go:829',
      profile: 'accounting',
      invariants: ['counters.heap-live'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2 large
      free s1              #= heap_live = 16384; heap_objects = 0
      `,
    }),
    clause('free.fatal.free', {
      text: 'To free a span that is free is fatal.',
      source: 'mheap.go:881',
      profile: 'safety',
      shapes: ['misuse/double-free'],
      traces: ['throws-double-free'],
      example: `
      s1 = alloc 1
      free s1
      free s1 ! fatal "MHeap_FreeSpanLocked - invalid span state"
      `,
    }),
    clause('free.fatal.free-stack', {
      text: 'To free a span of stacks that is free is fatal too.',
      source: 'mheap.go:881',
      profile: 'safety',
      shapes: ['misuse/double-free-of-stack'],
      example: `
      s1 = allocStack 1
      freeStack s1
      freeStack s1 ! fatal "MHeap_FreeSpanLocked - invalid span state"
      `,
    }),
    clause('free.fatal.objects', {
      text: 'To free a span in which objects are allocated is fatal.',
      source: 'mheap.go:875',
      profile: 'safety',
      shapes: ['misuse/free-of-objects'],
      traces: ['throws-free-live-object'],
      example: `
      o1 = malloc 40000
      free @0 ! fatal "MHeap_FreeSpanLocked - invalid free"
      `,
    }),
    clause('free.fatal.unswept', {
      text: 'To free a span that is still to be swept is fatal, though nothing is allocated in it.',
      source: 'mheap.go:875',
      profile: 'safety',
      shapes: ['misuse/free-of-objects'],
      traces: ['throws-free-unswept'],
      example: `
      s1 = alloc 1
      gcStart
      gcEnd distance 1048576
      free s1 ! fatal "MHeap_FreeSpanLocked - invalid free"
      `,
    }),
    clause('free.coalesce.none', {
      text: 'A freed span between spans that are not free stays as it is.',
      source: 'mheap.go:907',
      profile: 'structure',
      invariants: ['spans.no-adjacent-free'],
      shapes: ['freeing/alone', 'stacks/on-both-sides', 'stacks/between-heap-spans'],
      traces: ['pages-mixed-0'],
      example: `
      allocStack 1
      s2 = alloc 1
      alloc 1
      free s2              #= free[1] = [8192]
      `,
    }),
    clause('free.coalesce.left', {
      text: 'A freed span merges with a free span that ends where it begins.',
      source: 'mheap.go:905',
      profile: 'structure',
      invariants: ['spans.no-adjacent-free'],
      shapes: ['freeing/joins-left', 'freeing/reaches-start'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      s2 = alloc 2
      alloc 1
      free s1
      free s2              #= free[1] = nothing; free[3] = [0]
      `,
    }),
    clause('free.coalesce.right', {
      text: 'A freed span merges with a free span that begins where it ends.',
      source: 'mheap.go:919',
      profile: 'structure',
      invariants: ['spans.no-adjacent-free'],
      shapes: ['freeing/joins-right', 'freeing/reaches-end'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      s2 = alloc 2
      alloc 1
      free s2
      free s1              #= free[2] = nothing; free[3] = [0]
      `,
    }),
    clause('free.coalesce.both', {
      text: 'A freed span between two free ones merges with both.',
      source: 'mheap.go:903',
      profile: 'structure',
      invariants: ['spans.no-adjacent-free'],
      shapes: ['freeing/joins-both', 'freeing/whole-arena'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      s2 = alloc 1
      s3 = alloc 1
      alloc 1
      free s1
      free s3
      free s2              #= free[1] = nothing; free[3] = [0]
      `,
    }),
    clause('free.coalesce.lists', {
      text: 'A neighbour that merges leaves its list, wherever it stands there, and the merged span goes to the list of its length.',
      source: 'mheap.go:914',
      profile: 'structure',
      invariants: ['lists.free-spans'],
      shapes: ['freeing/from-inside-free-list', 'freeing/short-become-large'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      alloc 1
      s3 = alloc 1
      s4 = alloc 1
      alloc 1
      s6 = alloc 1
      alloc 1
      free s1
      free s3
      free s6              #= free[1] = [40960, 16384, 0]
      free s4              #= free[1] = [40960, 0]; free[2] = [16384]
      `,
    }),
    clause('free.coalesce.giant', {
      text: 'Free spans merge whatever their length: no span is too long to grow.',
      source: 'mheap.go:914',
      profile: 'structure',
      shapes: ['freeing/joins-giant'],
      example: `
      config arenaPages=2097152
      s1 = alloc 1048576
      s2 = alloc 1
      alloc 127
      free s1
      free s2              #= freelarge = [0]; spans[@0].npages = 1048577
      `,
    }),
    clause('free.coalesce.dirt', {
      text: 'A merged span is dirty where any part of it is.',
      source: 'mheap.go:911',
      profile: 'structure',
      shapes: ['zeroing/dirty-by-merge'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      s2 = alloc 1
      alloc 1
      free s1 dirty
      free s2              #= spans[@0].needzero = 1
      alloc 2 needzero     #= clears = [[0, 16384]]
      `,
    }),
    clause('free.coalesce.age', {
      text: 'The age of a merged span begins when the last part of it is freed, though its neighbours are older.',
      source: 'mheap.go:897',
      profile: 'structure',
      invariants: ['spans.unused-since'],
      shapes: ['freeing/restarts-age', 'scavenging/restarted-age'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      s2 = alloc 1
      alloc 1
      free s1
      tick 9ns
      free s2              #= spans[@0].unusedsince = 10
      `,
    }),
    clause('free.coalesce.released', {
      text: 'A merged span has as many released pages as its parts had together.',
      source: 'mheap.go:910',
      profile: 'structure',
      invariants: ['released.sum', 'released.at-most-span'],
      shapes: ['released/joins-left', 'released/joins-right', 'released/joins-both'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      s2 = alloc 1
      free s1
      freeOSMemory
      free s2              #= spans[@0].npages = 128; spans[@0].npreleased = 127; heap_released = 1040384
      `,
    }),
    clause('free.coalesce.records', {
      text: 'The freed span keeps its record, and each neighbour that merges gives its own back.',
      source: 'mheap.go:916',
      profile: 'accounting',
      invariants: ['accounting.allspans'],
      shapes: ['freeing/joins-both'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      s2 = alloc 1
      free s1              #= spansInUse = 3
      free s2              #= spansInUse = 1; allspans = 3
      `,
    }),
  ],
};
