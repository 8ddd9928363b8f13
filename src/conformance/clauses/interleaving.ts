import { clause, type Theme } from './clause.js';

/** What happens when others work on the heap while a span is swept. */
export const INTERLEAVING: Theme = {
  name: 'interleaving',
  title: 'Operations inside of others',
  about:
    'Between the claim of a span for sweeping and the sweep of it, others may work on the heap. A command at @1 runs at the first claim of the command before it.',
  clauses: [
    clause('inside.claimed', {
      text: 'At the moment of a claim the span counts as being swept, and nothing of it has changed yet.',
      source: 'mheap.go:230',
      profile: 'structure',
      invariants: ['spans.sweep-generation'],
      shapes: ['inside/in-sweepone'],
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= spans[@0].state = "free"
      @1 tick 0s           #= spans[@0].sweepgen = -1; spans[@0].allocCount = 1; pagesSwept = 0
      `,
    }),
    clause('inside.claimed.malloc', {
      text: 'So it is where an object is allocated and a span is claimed for that.',
      source: 'Central lists',
      profile: 'structure',
      shapes: ['inside/in-malloc'],
      traces: ['interleaved-0'],
      example: `
      o1 = malloc 4096
      gcStart
      mark o1
      gcEnd distance 1048576
      malloc 4096          #= claims = [0]; result.addr = 4096; spans[@0].sweepgen = 0
      @1 tick 0s           #= spans[@0].sweepgen = -1; spans[@0].incache = false; pagesSwept = 0
      `,
    }),
    clause('inside.whole', {
      text: 'Whole operations run there, and what they do stays.',
      source: 'mheap.go:470',
      profile: 'placement',
      shapes: ['inside/stack'],
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= result = 5; stacks_inuse = 8192
      @1 allocStack 1      #= result.base = 40960
      `,
    }),
    clause('inside.malloc', {
      text: 'An object can be allocated there, in a cache that is not in the midst of anything.',
      source: 'A collection cycle',
      profile: 'placement',
      shapes: ['inside/malloc'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= result = 5
      @1 malloc 4096 cache 1   #= result.addr = 40960; mcache[1].alloc[43] = 40960
      `,
    }),
    clause('inside.each-claim', {
      text: 'What runs inside runs at the claim that it belongs to, of however many there are in one operation.',
      source: 'mheap.go:470',
      profile: 'structure',
      shapes: ['inside/several-claims'],
      traces: ['interleaved-0'],
      example: `
      o1 = malloc 32
      o2 = malloc 64
      gcStart
      mark o1
      mark o2
      gcEnd distance 1048576
      malloc 128           #= claims = [8192, 0]
      @1 tick 1ns          #= clock = 2; pagesSwept = 0
      @2 tick 1ns          #= clock = 3; pagesSwept = 1
      `,
    }),
    clause('inside.two-deep', {
      text: 'What runs inside of an operation can have operations inside of it in turn.',
      source: 'A collection cycle',
      profile: 'structure',
      shapes: ['inside/two-deep'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      malloc 40000
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= claims = [40960]; pagesSwept = 10
      @1 sweepone cache 1  #= claims = [0]; result = 5; pagesSwept = 5
      @1.1 tick 0s         #= spans[@0].sweepgen = -1; spans[@40960].sweepgen = -1; pagesSwept = 0
      `,
    }),
    clause('inside.neighbour.taken', {
      text: 'Pages beside a claimed span can be given out there: the swept span then has nothing to merge with.',
      source: 'mheap.go:903',
      profile: 'structure',
      invariants: ['spans.tile-arena'],
      shapes: ['inside/takes-neighbour'],
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= free[5] = [0]
      @1 allocStack 1      #= result.base = 40960
      `,
    }),
    clause('inside.neighbour.freed', {
      text: 'A span beside a claimed one that goes back there is free by the time that one is swept: the two merge.',
      source: 'mheap.go:903',
      profile: 'structure',
      invariants: ['spans.no-adjacent-free'],
      shapes: ['inside/frees-neighbour'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      malloc 40000
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= freelarge = [0]; free = {}
      @1 sweepone cache 1  #= free[5] = [0]; spans[@40960].state = "inuse"
      `,
    }),
    clause('inside.scavenge', {
      text: 'Free pages can be released there. The claimed span is none of them; what it merges with stays released.',
      source: 'mheap.go:910',
      profile: 'structure',
      invariants: ['released.sum'],
      shapes: ['inside/scavenge'],
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= spans[@0].npages = 128; spans[@0].npreleased = 123; heap_released = 1007616
      @1 freeOSMemory      #= heap_released = 1007616; spans[@0].state = "inuse"
      `,
    }),
    clause('inside.query', {
      text: 'An address in the claimed span is still found there, as one of an object.',
      source: 'mheap.go:817',
      profile: 'placement',
      shapes: ['inside/query'],
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 query @8192       #= result = {"inheap": true, "inHeapOrStack": true, "lookupMaybe": 0, "mlookup": [0, 40960], "spanOf": 0}
      `,
    }),
    clause('inside.flush', {
      text: 'Another cache can be flushed there: its spans go to the central lists.',
      source: 'Caches and malloc',
      profile: 'structure',
      shapes: ['inside/flush', 'inside/flush-same-class'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      o1 = malloc 2048
      malloc 40000
      gcStart
      mark o1
      gcEnd distance 1048576
      malloc 2048 cache 1  #= mcache[1].alloc[37] = 0
      sweepone
      @1 flush cache 1     #= mcache[1].alloc = {}; central[37].nonempty = [0]
      `,
    }),
    clause('inside.cache-added', {
      text: 'A cache can be made there, and serves from then on.',
      source: 'Fixed-size allocators',
      profile: 'accounting',
      shapes: ['inside/cache-added', 'inside/new-cache'],
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 addProc           #= result = 1; cachesInUse = 2
      @1 malloc 64 cache 1 #= result.addr = 40960
      `,
    }),
    clause('inside.cache-removed', {
      text: 'A cache that is not in the midst of anything can be removed there.',
      source: 'Caches and malloc',
      profile: 'accounting',
      shapes: ['inside/cache-removed', 'inside/removed-same-class'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= cachesInUse = 1
      @1 removeProc cache 1    #= cachesInUse = 1; mcache[1] = null
      `,
    }),
    clause('inside.central.passed', {
      text: 'A cache that looks for a span passes over those that are being swept.',
      source: 'Central lists',
      profile: 'placement',
      shapes: ['inside/same-class', 'inside/refill-same-class', 'inside/two-refills'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      o1 = malloc 4096
      gcStart
      mark o1
      gcEnd distance 1048576
      sweepone
      @1 malloc 4096 cache 1   #= result.addr = 8192; claims = []
      `,
    }),
    clause('inside.central.again', {
      text: 'A cache that has swept a full span in vain looks at the nonempty list again, where one may stand by now.',
      source: 'Central lists',
      profile: 'placement',
      shapes: ['inside/walk-again'],
      example: `
      config procs=2
      o1 = malloc 8192
      o2 = malloc 4096
      o3 = malloc 4096
      o4 = malloc 4096
      malloc 4096
      gcStart
      mark o2
      mark o3
      mark o4
      gcEnd distance 1000000000
      malloc 4096          #= claims = [8192]; result.addr = 20480
      @1 sweepone cache 1  #= claims = [16384]
      `,
    }),
    clause('inside.reclaim.passed', {
      text: 'So does the search for pages in the busy lists.',
      source: 'mheap.go:482',
      profile: 'placement',
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      malloc 40000
      gcStart
      gcEnd distance 1048576
      alloc 5
      @1 malloc 40960      #= claims = [40960]; result.addr = 40960
      `,
    }),
    clause('inside.one.next', {
      text: 'Who sweeps one span while another is being swept gets the next one.',
      source: 'A collection cycle',
      profile: 'placement',
      shapes: ['inside/sweeps', 'inside/sweeps-same-class'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      malloc 40000
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 sweepone cache 1  #= claims = [0]; result = 5
      @1.1 sweepone cache 1 ! RangeError
      `,
    }),
    clause('inside.done-early', {
      text: 'All can count as swept while a last span is still being swept.',
      source: 'A collection cycle',
      level: 'detail',
      profile: 'accounting',
      traces: ['interleaved-0'],
      example: `
      config procs=2
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 sweepone cache 1  #= result = -1; sweepdone = 1
      `,
    }),
    clause('inside.retry', {
      text: 'A search through a list begins anew after each sweep, since the list may have changed meanwhile.',
      source: 'mheap.go:479',
      profile: 'placement',
      traces: ['interleaved-0'],
      example: `
      o1 = malloc 40000
      malloc 40000
      gcStart
      mark o1
      gcEnd distance 1048576
      alloc 5              #= claims = [0]; result.base = 81920
      @1 malloc 40960      #= claims = [40960]
      `,
    }),
    clause('inside.unnamed', {
      text: 'An operation inside that names no cache works on the first one, even if that is in the midst of another.',
      source: 'A collection cycle',
      profile: 'structure',
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 query @0          #= mcache[0].counters.nlookup = 1
      `,
    }),
    clause('inside.cache-busy', {
      text: 'One that names a cache which is in the midst of an operation is refused.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['misuse/busy-cache'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 malloc 64 ! RangeError
      `,
    }),
    clause('inside.refused', {
      text: 'What is refused there changes nothing, and the operation around it goes on.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['inside/refused'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= result = 5; cachesInUse = 1; pagesSwept = 5
      @1 removeProc ! RangeError
      `,
    }),
    clause('inside.no-cycle', {
      text: 'A cycle can neither start nor end inside of another operation.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['misuse/begin-inside', 'misuse/end-inside'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 gcStart ! RangeError
      @1 gcEnd ! RangeError
      `,
    }),
    clause('inside.no-waiting', {
      text: 'What would have to wait for a span that is being swept is refused.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['misuse/would-wait'],
      example: `
      config procs=2
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd distance 1048576
      sweepone
      @1 addFinalizer o1 id 1 cache 1 ! RangeError
                           #= finalizersInUse = 0
      `,
    }),
    clause('inside.fatal', {
      text: 'A fatal error inside ends the operation around it in the same error.',
      source: 'mheap.go:881',
      profile: 'safety',
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone ! fatal "MHeap_FreeSpanLocked - invalid span state"
      @1 free @40960 ! fatal "MHeap_FreeSpanLocked - invalid span state"
      `,
    }),
  ],
};
