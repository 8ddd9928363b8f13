import { clause, type Theme } from './clause.js';

/** Where caches get their spans, and where these go. */
export const CENTRAL: Theme = {
  name: 'central',
  title: 'Central lists',
  about:
    'Each size class has a list of spans with free objects (nonempty) and one of spans without, or in a cache (empty). Caches take their spans from there.',
  clauses: [
    clause('central.grow', {
      text: 'Where neither list has a span with a free object, a new one comes from the heap, and stands at the back of the empty ones.',
      source: 'Central lists',
      profile: 'structure',
      invariants: ['central.each-span-once', 'central.cached-in-empty'],
      shapes: ['malloc/fresh-span'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096          #= central[43] = {"nonempty": [], "empty": [0]}
      malloc 4096
      malloc 4096          #= central[43].empty = [0, 8192]
      `,
    }),
    clause('central.grow.clear', {
      text: 'A new span for small objects is cleared as a whole where it is dirty, so that its objects need not be.',
      source: 'Central lists',
      profile: 'placement',
      shapes: ['zeroing/cleared', 'zeroing/dirty-by-merge'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = allocStack 1
      freeStack s1
      malloc 4096 needzero #= clears = [[0, 8192]]; result.zeroed = false
      `,
    }),
    clause('central.grow.not-large', {
      text: 'A span of small objects is in no busy list, and its objects are not counted one by one.',
      source: 'Central lists',
      profile: 'accounting',
      invariants: ['counters.heap-objects'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096          #= heap_objects = 0; busy = {}
      `,
    }),
    clause('central.no-memory', {
      text: 'Where there is no memory for a span of small objects, that is fatal.',
      source: 'Caches and malloc',
      profile: 'safety',
      shapes: ['misuse/no-memory-for-small'],
      traces: ['throws-oom-small'],
      example: `
      config arenaPages=7
      malloc 64 ! fatal "out of memory"
      `,
    }),
    clause('central.cached', {
      text: 'The span that a cache got is in that cache, and stands in the empty list, whatever room it has.',
      source: 'Central lists',
      profile: 'structure',
      invariants: ['caches.current-spans', 'central.cached-in-empty'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096          #= spans[@0].incache = true; mcache[0].alloc[43] = 0; central[43].empty = [0]
      `,
    }),
    clause('central.cached.live', {
      text: 'When a cache gets a span, the bytes that are not allocated in it count as live.',
      source: 'Central lists',
      profile: 'accounting',
      invariants: ['counters.heap-live'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096          #= heap_live = 8192
      malloc 4096          #= heap_live = 8192
      `,
    }),
    clause('central.uncache', {
      text: 'A span with free objects that leaves its cache goes to the front of the nonempty list.',
      source: 'Central lists',
      profile: 'structure',
      invariants: ['central.nonempty-has-room'],
      traces: ['objects-mixed-0'],
      example: `
      config procs=2
      malloc 4096
      malloc 4096 cache 1
      flush                #= central[43] = {"nonempty": [0], "empty": [8192]}; spans[@0].incache = false
      flush cache 1        #= central[43] = {"nonempty": [8192, 0], "empty": []}
      `,
    }),
    clause('central.uncache.live', {
      text: 'When a span leaves its cache, the bytes of its free objects no longer count as live.',
      source: 'Central lists',
      profile: 'accounting',
      invariants: ['counters.heap-live'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      flush                #= heap_live = 4096
      `,
    }),
    clause('central.uncache.full', {
      text: 'A full span that leaves its cache stays in the empty list.',
      source: 'Central lists',
      profile: 'structure',
      invariants: ['central.empty-has-no-room'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 8192
      flush                #= central[50] = {"nonempty": [], "empty": [0]}; spans[@0].incache = false; heap_live = 8192
      `,
    }),
    clause('central.nonempty', {
      text: 'A cache gets the first span of the nonempty list, which moves to the back of the empty one.',
      source: 'Central lists',
      profile: 'placement',
      shapes: ['caches/passed-on'],
      traces: ['objects-mixed-0'],
      example: `
      config procs=2
      malloc 4096
      malloc 4096 cache 1
      flush
      flush cache 1
      malloc 4096          #= result.addr = 12288; central[43] = {"nonempty": [0], "empty": [8192]}; heap_live = 12288
      `,
    }),
    clause('central.nonempty.own', {
      text: 'A cache can get the span back that it gave away itself, and goes on where it had stopped.',
      source: 'Central lists',
      profile: 'placement',
      invariants: ['caches.current-spans'],
      shapes: ['caches/resumed'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 2048
      malloc 2048
      flush
      malloc 2048          #= result.addr = 4096; spans[@0].freeindex = 3; spans[@0].incache = true
      `,
    }),
    clause('central.nonempty.swept', {
      text: 'A span of the nonempty list that is still to be swept is swept, and taken.',
      source: 'Central lists',
      profile: 'placement',
      invariants: ['objects.swept-as-claimed'],
      shapes: ['sweeping/preserved'],
      traces: ['objects-mixed-0', 'interleaved-0'],
      example: `
      o1 = malloc 4096
      gcStart
      mark o1
      gcEnd distance 1048576
      malloc 4096          #= claims = [0]; result.addr = 4096; sys = []; clears = []; central[43].empty = [0]
      `,
    }),
    clause('central.nonempty.swept-empty', {
      text: 'It is taken even if nothing lives in it after that: its pages do not go back to the heap.',
      source: 'Central lists',
      profile: 'placement',
      shapes: ['sweeping/preserved-empty'],
      traces: ['objects-mixed-0', 'interleaved-0'],
      example: `
      malloc 4096
      gcStart
      gcEnd distance 1048576
      malloc 4096          #= claims = [0]; result.addr = 0; sys = []; central[43].empty = [0]; pagesInUse = 1
      `,
    }),
    clause('central.empty.swept', {
      text: 'Where the nonempty list has none, spans of the empty list that are still to be swept are swept, the first before all, until one has room.',
      source: 'Central lists',
      profile: 'placement',
      shapes: ['sweeping/taken-from-full'],
      traces: ['objects-mixed-0', 'interleaved-0'],
      example: `
      o1 = malloc 8192
      malloc 8192
      gcStart
      mark o1
      gcEnd distance 1048576
      malloc 8192          #= claims = [0, 8192]; result.addr = 8192; central[50].empty = [0, 8192]
      `,
    }),
    clause('central.empty.still-full', {
      text: 'One of them that is still full after that stays in the empty list, at the back, and is of no use to the cache.',
      source: 'Central lists',
      profile: 'structure',
      invariants: ['central.empty-has-no-room'],
      shapes: ['sweeping/still-full'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 8192
      o2 = malloc 8192
      gcStart
      mark o1
      mark o2
      gcEnd distance 1048576
      malloc 8192          #= claims = [0, 8192]; result.addr = 16384; central[50].empty = [0, 8192, 16384]
      `,
    }),
    clause('central.empty.ends', {
      text: 'A swept span in the empty list ends the search there, though one behind it may be full of dead objects.',
      source: 'Known oddities',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 8192
      malloc 8192
      gcStart
      mark o1
      gcEnd distance 1048576
      addFinalizer o1 id 1
      malloc 8192          #= clears = [[8192, 8192]]; result.addr = 8192
      `,
    }),
    clause('central.swept.room', {
      text: 'A full span in which sweeping frees objects goes to the front of the nonempty list.',
      source: 'Central lists',
      profile: 'structure',
      invariants: ['central.nonempty-has-room'],
      shapes: ['sweeping/part-freed'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      malloc 4096
      malloc 4096
      gcStart
      mark o1
      mark @8192
      gcEnd                #= central[43] = {"nonempty": [0, 8192], "empty": []}
      `,
    }),
    clause('central.swept.gone', {
      text: 'A span in which nothing lives after sweeping leaves its list, and goes back to the heap.',
      source: 'Central lists',
      profile: 'structure',
      invariants: ['objects.spans-hold-some'],
      shapes: ['sweeping/emptied'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      gcStart
      gcEnd                #= central = {}; spans[@0].state = "free"; pagesInUse = 0
      `,
    }),
  ],
};
