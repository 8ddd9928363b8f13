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
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= spans[@0].state = "free"
      @1 tick 0s           #= spans[@0].sweepgen = -1; spans[@0].allocCount = 1; pagesSwept = 0
      `,
    }),
    clause('inside.whole', {
      text: 'Whole operations run there, and what they do stays.',
      source: 'mheap.go:470',
      profile: 'placement',
      traces: ['interleaved-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= result = 5; stacks_inuse = 8192
      @1 allocStack 1      #= result.base = 40960
      `,
    }),
    clause('inside.central.passed', {
      text: 'A cache that looks for a span passes over those that are being swept.',
      source: 'Central lists',
      profile: 'placement',
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
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone
      @1 malloc 64 ! RangeError
      `,
    }),
    clause('inside.no-cycle', {
      text: 'A cycle can neither start nor end inside of another operation.',
      source: 'A collection cycle',
      profile: 'safety',
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
