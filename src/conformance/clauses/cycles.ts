import { clause, type Theme } from './clause.js';

/** A cycle of the collector, from its start to the end of marking. */
export const CYCLES: Theme = {
  name: 'cycles',
  title: 'Cycles',
  about:
    'A cycle begins by finishing the sweep of the last one, marks what lives, and ends by making all spans need sweeping.',
  clauses: [
    clause('cycle.first', {
      text: 'A new heap is in cycle 0, with nothing to sweep and nothing being marked; the clock is at 1.',
      source: 'A collection cycle',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      tick 0s              #= sweepgen = 0; sweepdone = 1; sweepPagesPerByte = 0; marking = false; clock = 1
      `,
    }),
    clause('cycle.clock', {
      text: 'The clock goes on by what it is told, and by nothing else.',
      source: 'A collection cycle',
      profile: 'structure',
      traces: ['pages-mixed-0'],
      example: `
      tick 5ns             #= clock = 6
      alloc 1              #= clock = 6
      `,
    }),
    clause('cycle.start.sweeps', {
      text: 'The start of a cycle sweeps all that is still to be swept.',
      source: 'A collection cycle',
      profile: 'placement',
      invariants: ['sweeping.done-while-marking'],
      shapes: ['cycle/finishes-sweeping'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      malloc 4096
      gcStart
      gcEnd distance 1048576
      gcStart              #= claims = [40960, 0]; sweepdone = 1; sweepStacks.unswept = []
      `,
    }),
    clause('cycle.start.first', {
      text: 'Before the first cycle there is nothing to sweep: it sweeps no span, and its number is 0 until marking ends.',
      source: 'A collection cycle',
      profile: 'placement',
      shapes: ['cycle/first'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart              #= claims = []; sweepgen = 0; sweepdone = 1; pagesSwept = 0
      `,
    }),
    clause('cycle.start.marking', {
      text: 'From the start of a cycle on objects are marked; no byte is marked yet.',
      source: 'A collection cycle',
      profile: 'structure',
      invariants: ['bits.bytes-marked'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      gcStart              #= marking = true; bytesMarked = 0
      `,
    }),
    clause('cycle.start.again', {
      text: 'A later cycle begins with no byte marked either, and with no mark on any object.',
      source: 'A collection cycle',
      profile: 'structure',
      invariants: ['bits.bytes-marked', 'bits.marks-clear'],
      shapes: ['cycle/again'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      gcStart
      mark o1
      gcEnd
      gcStart              #= bytesMarked = 0; sweepgen = 2; spans[@0].gcmarkBits = "00"
      `,
    }),
    clause('cycle.mark', {
      text: 'Marking an object sets its bit, and adds its size to the marked bytes.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['bits.marks-on-objects', 'bits.bytes-marked', 'objects.same-marks'],
      shapes: ['cycle/mark-last-object'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      o2 = malloc 4096
      gcStart
      mark o2              #= spans[@0].gcmarkBits = "02"; bytesMarked = 4096
      `,
    }),
    clause('cycle.mark.inside', {
      text: 'An object can be marked by any address in it, up to its last byte.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['bits.marks-on-objects', 'objects.same-marks'],
      shapes: ['cycle/mark-inside', 'cycle/mark-last-byte'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      o2 = malloc 4096
      gcStart
      mark o2+4095         #= spans[@0].gcmarkBits = "02"; bytesMarked = 4096
      `,
    }),
    clause('cycle.mark.tiny', {
      text: 'A tiny object that is marked marks its block, with all that lies in it.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['bits.bytes-marked'],
      shapes: ['cycle/mark-tiny-part'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 8
      o2 = malloc 8
      gcStart
      mark o2              #= bytesMarked = 16
      mark o1              #= bytesMarked = 16
      `,
    }),
    clause('cycle.mark.large', {
      text: 'A large object that is marked adds all the bytes of its span.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['bits.bytes-marked'],
      shapes: ['cycle/large-marked'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1              #= spans[@0].gcmarkBits = "01"; bytesMarked = 40960
      `,
    }),
    clause('cycle.mark.once', {
      text: 'To mark an object again changes nothing.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['bits.bytes-marked'],
      shapes: ['cycle/marked-twice'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      gcStart
      mark o1
      mark o1+8            #= bytesMarked = 4096
      `,
    }),
    clause('cycle.mark.nothing-freed', {
      text: 'While objects are marked no heap span is freed, so that a span that was found stays what it is.',
      source: 'mheap.go:138',
      profile: 'structure',
      invariants: ['sweeping.none-freed-while-marking'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      flush                #= spans[@0].state = "inuse"
      `,
    }),
    clause('cycle.mark.stack', {
      text: 'Stacks are allocated while objects are marked as at any other time, and nothing is marked in them.',
      source: 'mheap.go:639',
      profile: 'placement',
      shapes: ['cycle/stack-while-marking'],
      traces: ['objects-mixed-0'],
      example: `
      gcStart
      allocStack 2         #= result.base = 0; stacks_inuse = 16384; bytesMarked = 0
      `,
    }),
    clause('cycle.end.flushes', {
      text: 'The end of marking flushes all caches, in order of their number.',
      source: 'A collection cycle',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      config procs=2
      o1 = malloc 4096
      o2 = malloc 4096 cache 1
      gcStart
      mark o1
      mark o2
      gcEnd distance 1048576   #= mcache[0].alloc = {}; mcache[1].alloc = {}; central[43].nonempty = [8192, 0]
      `,
    }),
    clause('cycle.end.live', {
      text: 'At the end of marking the live bytes are those that are marked.',
      source: 'A collection cycle',
      profile: 'accounting',
      invariants: ['counters.heap-live'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      malloc 40000
      gcStart
      mark o1
      gcEnd                #= heap_live = 4096; marking = false
      `,
    }),
    clause('cycle.end.none-live', {
      text: 'Where nothing was marked, every span that held objects goes back to the heap.',
      source: 'A collection cycle',
      profile: 'accounting',
      invariants: ['objects.same-spans'],
      shapes: ['cycle/none-survives'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      malloc 40000
      gcStart
      gcEnd                #= pagesInUse = 0; heap_inuse = 0; spansInUse = 1
      `,
    }),
    clause('cycle.end.all-live', {
      text: 'Where all was marked, no span goes back, and no object is freed.',
      source: 'A collection cycle',
      profile: 'accounting',
      invariants: ['objects.same-objects'],
      shapes: ['cycle/all-survive'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      o2 = malloc 40000
      gcStart
      mark o1
      mark o2
      gcEnd                #= pagesInUse = 6; heap_objects = 1; mcache[0].counters = {}
      `,
    }),
    clause('cycle.end.generation', {
      text: 'The number of the cycle grows by 2, so that every span in use needs sweeping; no page of it is swept yet.',
      source: 'A collection cycle',
      profile: 'accounting',
      invariants: ['spans.sweep-generation'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576   #= sweepgen = 2; sweepdone = 0; pagesSwept = 0; spans[@0].sweepgen = -2
      `,
    }),
    clause('cycle.end.stacks', {
      text: 'With a new cycle the two stacks of spans trade roles: what was swept is to be swept.',
      source: 'mheap.go:63',
      profile: 'structure',
      invariants: ['sweeping.right-stack'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      malloc 40000
      gcStart              #= sweepStacks = {"swept": [40960, 0], "unswept": []}
      gcEnd distance 1048576   #= sweepStacks = {"swept": [], "unswept": [40960, 0]}
      `,
    }),
    clause('cycle.end.at-once', {
      text: 'With a distance of 0 everything is swept at once.',
      source: 'A collection cycle',
      profile: 'placement',
      shapes: ['cycle/eager'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      malloc 40000
      gcStart
      gcEnd                #= claims = [40960, 0]; sweepdone = 1; pagesSwept = 10; sweepPagesPerByte = 0
      `,
    }),
    clause('cycle.end.ratio', {
      text: 'Otherwise sweeping is spread: as many pages a byte as there are pages in use for each byte of the distance, of which there are at least 8192.',
      source: 'A collection cycle',
      profile: 'structure',
      shapes: ['cycle/proportional'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd distance 16384     #= sweepPagesPerByte = 0.00030517578125
      gcStart
      gcEnd distance 1         #= sweepPagesPerByte = 0.0006103515625; spanBytesAlloc = 0
      `,
    }),
    clause('cycle.end.scan', {
      text: 'The bytes to scan stay counted across cycles.',
      source: 'A collection cycle',
      level: 'detail',
      profile: 'accounting',
      invariants: ['counters.heap-scan'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 64 scan 8
      gcStart
      gcEnd                #= heap_scan = 8
      `,
    }),
  ],
};
