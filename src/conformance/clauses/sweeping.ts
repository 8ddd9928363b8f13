import { clause, type Theme } from './clause.js';

/** How dead objects are freed. */
export const SWEEPING: Theme = {
  name: 'sweeping',
  title: 'Sweeping',
  about: 'After a cycle each span in use is swept once: its objects that are not marked are freed.',
  clauses: [
    clause('sweep.one', {
      text: 'Sweeping takes the span that was swept or allocated last in the cycle before.',
      source: 'A collection cycle',
      profile: 'placement',
      invariants: ['objects.swept-as-claimed'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= claims = [40960]
      sweepone             #= claims = [0]
      `,
    }),
    clause('sweep.one.result', {
      text: 'Sweeping one span answers with the pages that went back to the heap, 0 if it did not go back, and -1 where nothing is left.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['sweeping/one-span', 'sweeping/gives-pages', 'sweeping/nothing-left'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      o2 = malloc 40000
      gcStart
      mark o2
      gcEnd distance 1048576
      sweepone             #= result = 0
      sweepone             #= result = 5
      sweepone             #= result = -1
      `,
    }),
    clause('sweep.done', {
      text: 'All counts as swept only once sweeping was asked for and found nothing left.',
      source: 'A collection cycle',
      profile: 'accounting',
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= sweepdone = 0
      sweepone             #= sweepdone = 1
      `,
    }),
    clause('sweep.dropped', {
      text: 'A span on the stack of those to be swept that has been swept in the meantime is dropped.',
      source: 'A collection cycle',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd distance 1048576
      addFinalizer o1 id 1
      sweepone             #= result = -1; claims = []
      `,
    }),
    clause('sweep.pages', {
      text: 'The pages of a swept span count as swept in this cycle.',
      source: 'Sweeping a span',
      profile: 'accounting',
      invariants: ['sweeping.pages-add-up'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      sweepone             #= pagesSwept = 5
      `,
    }),
    clause('sweep.pages.others', {
      text: 'Pages that others sweep while a span is being swept count as swept, beside those of that span.',
      source: 'mheap.go:79',
      profile: 'accounting',
      invariants: ['sweeping.pages-add-up'],
      shapes: ['inside/sweeps', 'inside/sweeps-same-class'],
      traces: ['interleaved-0'],
      example: `
      config procs=2
      malloc 64
      malloc 64 cache 1
      gcStart
      gcEnd distance 1048576
      sweepone             #= pagesSwept = 2
      @1 sweepone cache 1  #= pagesSwept = 1
      `,
    }),
    clause('sweep.live', {
      text: 'Marked objects are kept, and no others: the marks become the bits of what is allocated, and the search begins at the first object.',
      source: 'Sweeping a span',
      profile: 'structure',
      invariants: ['objects.same-objects', 'objects.counted'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 2048
      o2 = malloc 2048
      malloc 2048
      gcStart
      mark o2
      gcEnd                #= spans[@0].allocBits = "02"; spans[@0].allocCount = 1; spans[@0].freeindex = 0
      `,
    }),
    clause('sweep.marks', {
      text: 'A swept span has no marks.',
      source: 'Sweeping a span',
      profile: 'structure',
      invariants: ['bits.marks-clear'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 2048
      gcStart
      mark o1              #= spans[@0].gcmarkBits = "01"
      gcEnd                #= spans[@0].gcmarkBits = "00"
      `,
    }),
    clause('sweep.generation', {
      text: 'A swept span that stays counts as swept in this cycle, and is put on top of the swept spans.',
      source: 'Sweeping a span',
      profile: 'structure',
      invariants: ['spans.sweep-generation', 'spans.on-sweep-stack'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd distance 1048576
      sweepone             #= spans[@0].sweepgen = 0; sweepStacks = {"swept": [0], "unswept": []}
      `,
    }),
    clause('sweep.small.counted', {
      text: 'Freed small objects are counted by size class, in the cache that the sweep works for.',
      source: 'Sweeping a span',
      profile: 'structure',
      invariants: ['counters.small-frees'],
      traces: ['objects-mixed-0'],
      example: `
      config procs=2
      malloc 2048
      malloc 2048
      gcStart
      gcEnd distance 1048576
      sweepone cache 1     #= mcache[1].nsmallfree[37] = 2; nsmallfree = {}
      `,
    }),
    clause('sweep.small.dirty', {
      text: 'A span in which objects were freed is dirty.',
      source: 'Central lists',
      profile: 'structure',
      shapes: ['sweeping/part-freed'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      malloc 4096
      gcStart
      mark o1
      gcEnd                #= spans[@0].needzero = 1
      `,
    }),
    clause('sweep.small.all-live', {
      text: 'A span in which nothing was freed stays where it is in its list, and as clean as it was.',
      source: 'Sweeping a span',
      profile: 'structure',
      invariants: ['central.empty-has-no-room'],
      shapes: ['sweeping/nothing-freed'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 8192
      gcStart
      mark o1
      gcEnd                #= central[50].empty = [0]; spans[@0].needzero = 0; mcache[0].nsmallfree = {}
      `,
    }),
    clause('sweep.large', {
      text: 'The span of a dead large object goes back to the heap, dirty.',
      source: 'Sweeping a span',
      profile: 'structure',
      invariants: ['objects.same-spans'],
      shapes: ['sweeping/large-freed'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd                #= spans[@0].state = "free"; spans[@0].needzero = 1; busy = {}
      `,
    }),
    clause('sweep.large.counted', {
      text: 'A dead large object comes off the count of objects; its cache counts it, and the bytes of its span.',
      source: 'Sweeping a span',
      profile: 'accounting',
      invariants: ['counters.heap-objects', 'counters.large-frees', 'counters.large-freed-bytes'],
      shapes: ['sweeping/large-freed'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd                #= heap_objects = 0; mcache[0].counters.nlargefree = 1; mcache[0].counters.largefree = 40960
      `,
    }),
    clause('sweep.large.live', {
      text: 'A marked large object stays, in its busy list.',
      source: 'Sweeping a span',
      profile: 'structure',
      invariants: ['lists.busy-spans'],
      shapes: ['sweeping/large-kept'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd                #= spans[@0].allocCount = 1; spans[@0].allocBits = "01"; busy[5] = [0]; heap_objects = 1
      `,
    }),
    clause('sweep.finalizer', {
      text: 'A dead object with a finalizer lives for one more cycle; the finalizer is queued, and taken off.',
      source: 'Sweeping a span',
      profile: 'placement',
      invariants: ['objects.same-specials', 'accounting.finalizer-records'],
      shapes: ['afterlife/finalizer-queued'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      addFinalizer o1+8 id 7
      gcStart
      gcEnd                #= finalizers = [[8, 7]]; finalizersInUse = 0; spans[@0].allocCount = 1; spans[@0].specials = nothing
      `,
    }),
    clause('sweep.finalizer.then-dies', {
      text: 'It dies in the next cycle if nothing marks it then.',
      source: 'Sweeping a span',
      profile: 'structure',
      shapes: ['afterlife/revived-then-freed'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      addFinalizer o1 id 7
      gcStart
      gcEnd
      gcStart
      gcEnd                #= finalizers = []; spans[@0].state = "free"
      `,
    }),
    clause('sweep.finalizer.all', {
      text: 'All finalizers of a dead object are queued, in order of their places, wherever in the object they stand.',
      source: 'Sweeping a span',
      profile: 'placement',
      invariants: ['specials.inside-objects'],
      shapes: ['afterlife/finalizer-inside'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      addFinalizer o1+8 id 1
      addFinalizer o1 id 2
      gcStart
      gcEnd                #= finalizers = [[0, 2], [8, 1]]
      `,
    }),
    clause('sweep.finalizer.tiny', {
      text: 'Tiny objects of one block live and die together: the finalizers of all are queued once nothing marks the block.',
      source: 'Sweeping a span',
      profile: 'placement',
      shapes: ['afterlife/several-in-tiny-block'],
      traces: ['objects-small-0'],
      example: `
      o1 = malloc 4
      o2 = malloc 4
      addFinalizer o1 id 1
      addFinalizer o2 id 2
      gcStart
      gcEnd                #= finalizers = [[0, 1], [4, 2]]; spans[@0].allocCount = 1
      `,
    }),
    clause('sweep.finalizer.large', {
      text: 'A dead large object with a finalizer lives for one more cycle too, and its span stays.',
      source: 'Sweeping a span',
      profile: 'placement',
      shapes: ['afterlife/large-revived'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      addFinalizer o1 id 7
      gcStart
      gcEnd                #= finalizers = [[0, 7]]; heap_objects = 1; pagesInUse = 5; busy[5] = [0]
      `,
    }),
    clause('sweep.finalizer.marked', {
      text: 'The finalizer of a marked object stays.',
      source: 'Sweeping a span',
      profile: 'placement',
      invariants: ['objects.same-specials'],
      shapes: ['afterlife/finalizer-kept'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      addFinalizer o1 id 7
      gcStart
      mark o1
      gcEnd                #= finalizers = []; spans[@0].specials = [[0, 1]]; finalizersInUse = 1
      `,
    }),
    clause('sweep.profile', {
      text: 'The profile record of a dead object is taken off, and its end reported with the size of its class.',
      source: 'Sweeping a span',
      profile: 'placement',
      invariants: ['objects.reported', 'accounting.profile-records'],
      shapes: ['afterlife/profile-freed'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4000
      setProfile o1 id 3
      gcStart
      gcEnd                #= profiles = [[3, 4096]]; profilesInUse = 0
      `,
    }),
    clause('sweep.profile.kept', {
      text: 'A dead object that its finalizer keeps alive keeps its profile record too.',
      source: 'mheap.go:1109',
      profile: 'placement',
      invariants: ['accounting.profile-records', 'objects.reported'],
      shapes: ['afterlife/profile-kept'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      setProfile o1 id 3
      addFinalizer o1 id 7
      gcStart
      gcEnd                #= profiles = []; finalizers = [[0, 7]]; spans[@0].specials = [[0, 2]]
      `,
    }),
    clause('sweep.fatal.stale', {
      text: 'A heap span that was freed without the collector stays on its stack: to come upon it in a later cycle is fatal.',
      source: 'Known oddities',
      profile: 'safety',
      shapes: ['misuse/stale-sweep-entry'],
      traces: ['throws-stale-sweep-entry'],
      example: `
      s1 = alloc 1
      free s1
      gcStart
      gcEnd ! fatal "non in-use span in unswept list"
      `,
    }),
    clause('sweep.fatal.no-objects', {
      text: 'A span of page level holds no objects: to sweep it is fatal. (The runtime would follow a nil pointer; the message is our own.)',
      source: 'Sweeping a span',
      level: 'detail',
      profile: 'safety',
      shapes: ['misuse/span-of-no-objects'],
      example: `
      alloc 1
      gcStart
      gcEnd ! fatal "sweep of a span that holds no objects"
      `,
    }),
    clause('sweep.stale.harmless', {
      text: 'It is harmless where its record is in use again by then.',
      source: 'Known oddities',
      level: 'detail',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      free s1
      malloc 4096
      gcStart
      gcEnd                #= claims = [0]; sweepdone = 1
      `,
    }),
  ],
};
