import { clause, type Theme } from './clause.js';

/** The caches, and what each of them counts. */
export const CACHES: Theme = {
  name: 'caches',
  title: 'Caches',
  about:
    'Each thread of the program allocates from a cache of its own: a current span for each size class, an open block for tiny objects, and counters.',
  clauses: [
    clause('caches.own-spans', {
      text: 'Each cache has its own current span of a size class.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['caches.current-spans'],
      traces: ['objects-mixed-0'],
      example: `
      config procs=2
      malloc 4096          #= result.addr = 0
      malloc 4096 cache 1  #= result.addr = 8192
      malloc 4096          #= result.addr = 4096
      `,
    }),
    clause('caches.own-tiny', {
      text: 'Each cache has its own open block of tiny objects.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['caches.tiny-blocks-apart'],
      traces: ['objects-small-0'],
      example: `
      config procs=2
      malloc 4
      malloc 4 cache 1     #= result.addr = 8192; mcache[1].tiny = 8192
      malloc 4             #= result.addr = 4; mcache[0].tinyoffset = 8
      `,
    }),
    clause('caches.refill', {
      text: 'A full current span leaves its cache when another one is needed, and stays in the empty list.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['caches.hold-objects', 'central.empty-has-no-room'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 8192          #= spans[@0].incache = true
      malloc 8192          #= spans[@0].incache = false; mcache[0].alloc[50] = 8192
      `,
    }),
    clause('caches.scan', {
      text: 'The bytes to scan of an object are counted in its cache once it is allocated.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['counters.heap-scan', 'caches.counters'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 64 scan 8     #= mcache[0].counters.scan = 8; heap_scan = 0
      malloc 40000 scan 16 #= mcache[0].counters.scan = 16; heap_scan = 8
      `,
    }),
    clause('caches.scan.alloc', {
      text: 'Where the heap allocates a heap span, it takes over what its cache counted of bytes to scan and of tiny objects.',
      source: 'mheap.go:556',
      profile: 'accounting',
      invariants: ['counters.heap-scan', 'counters.tiny-allocs'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 64 scan 8
      malloc 8
      malloc 8
      malloc 40000         #= heap_scan = 8; tinyallocs = 1; mcache[0].counters = {}
      `,
    }),
    clause('caches.scan.free', {
      text: 'So it does where a heap span is freed.',
      source: 'mheap.go:833',
      profile: 'accounting',
      invariants: ['counters.heap-scan', 'counters.tiny-allocs'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      malloc 64 scan 8     #= heap_scan = 0
      free s1              #= heap_scan = 8
      `,
    }),
    clause('caches.scan.stack', {
      text: 'Spans of stacks leave the counters of caches alone.',
      source: 'mheap.go:639',
      level: 'detail',
      profile: 'accounting',
      invariants: ['counters.heap-scan'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 64 scan 8
      s2 = allocStack 1    #= heap_scan = 0
      freeStack s2         #= heap_scan = 0
      `,
    }),
    clause('caches.unnamed', {
      text: 'An operation that names no cache works on the one with the lowest number that is left.',
      source: 'A collection cycle',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      config procs=3
      removeProc           #= mcache[0] = null
      query @0             #= mcache[1].counters.nlookup = 1
      `,
    }),
    clause('flush.spans', {
      text: 'Flushing a cache takes all its spans from it.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['caches.current-spans'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      malloc 2048
      flush                #= mcache[0].alloc = {}; central[43].nonempty = [0]; central[37].nonempty = [8192]
      `,
    }),
    clause('flush.tiny', {
      text: 'Flushing a cache closes its block of tiny objects: the next one begins another.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['caches.tiny-block'],
      traces: ['objects-small-0'],
      example: `
      malloc 4
      flush                #= mcache[0].tiny = nothing
      malloc 4             #= result.addr = 16
      `,
    }),
    clause('flush.counters', {
      text: 'Flushing a cache gives all its counters to the heap.',
      source: 'Caches and malloc',
      profile: 'accounting',
      invariants: [
        'counters.lookups',
        'counters.small-frees',
        'counters.large-frees',
        'counters.large-freed-bytes',
        'counters.tiny-allocs',
      ],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      malloc 4096 scan 8
      gcStart
      gcEnd                #= mcache[0].nsmallfree[43] = 1
      query @0
      flush                #= heap_scan = 8; nlookup = 1; nlargefree = 1; largefree = 40960; nsmallfree[43] = 1; mcache[0].counters = {}
      `,
    }),
    clause('procs.add', {
      text: 'A new cache has the next number, nothing in it, and counts.',
      source: 'Fixed-size allocators',
      profile: 'accounting',
      invariants: ['accounting.caches-in-use'],
      traces: ['objects-mixed-2'],
      example: `
      addProc              #= result = 1; cachesInUse = 2; mcache[1] = {"alloc": {}, "counters": {}, "nsmallfree": {}}
      `,
    }),
    clause('procs.remove', {
      text: 'A cache that is removed is flushed first.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['accounting.caches-in-use', 'caches.current-spans'],
      traces: ['objects-mixed-2'],
      example: `
      config procs=2
      malloc 4096 scan 8 cache 1
      removeProc cache 1   #= cachesInUse = 1; mcache[1] = null; heap_scan = 8; central[43].nonempty = [0]
      `,
    }),
    clause('procs.numbers', {
      text: 'The number of a cache that was removed is not used again.',
      source: 'A collection cycle',
      level: 'detail',
      profile: 'safety',
      traces: ['objects-mixed-2'],
      example: `
      config procs=2
      removeProc cache 1
      addProc              #= result = 2
      `,
    }),
  ],
};
