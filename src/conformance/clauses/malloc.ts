import { clause, type Theme } from './clause.js';

/** How objects are allocated: tiny, small and large ones. */
export const MALLOC: Theme = {
  name: 'malloc',
  title: 'Allocating objects',
  about:
    'Objects of less than 16 bytes without pointers share blocks, others of up to 32768 bytes come from spans of their size class, and larger ones have a span of their own.',
  clauses: [
    clause('malloc.tiny.block', {
      text: 'A tiny object for which no block is open gets a cleared block of 16 bytes, at the start of which it lies.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['caches.tiny-block'],
      traces: ['objects-small-0'],
      example: `
      malloc 3             #= result = {"addr": 0, "zeroed": true}; clears = [[0, 16]]; spans[@0].sizeclass = 2
      `,
    }),
    clause('malloc.tiny.share', {
      text: 'A tiny object that fits into the open block lies there, behind the last one; nothing is cleared.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['caches.tiny-block', 'objects.placed-apart'],
      traces: ['objects-small-0'],
      example: `
      malloc 3
      malloc 3             #= result = {"addr": 3, "zeroed": false}; clears = []; spans[@0].allocCount = 1
      `,
    }),
    clause('malloc.tiny.alignment', {
      text: 'In its block it lies at a multiple of 8, 4 or 2 bytes, the largest that divides its size.',
      source: 'Caches and malloc',
      profile: 'placement',
      traces: ['objects-small-0'],
      example: `
      malloc 1
      malloc 1             #= result.addr = 1
      malloc 1
      malloc 2             #= result.addr = 4
      malloc 1
      malloc 8             #= result.addr = 8
      malloc 1
      malloc 12            #= result.addr = 20
      `,
    }),
    clause('malloc.tiny.not-fitting', {
      text: 'Where it does not fit, it begins another block, which stays open if more is left of it than of the old one.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['caches.tiny-block'],
      traces: ['objects-small-0'],
      example: `
      malloc 12
      malloc 8             #= result.addr = 16; mcache[0].tiny = 16; mcache[0].tinyoffset = 8
      `,
    }),
    clause('malloc.tiny.keeps-roomier', {
      text: 'Where no less is left of the old block, that one stays open.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['caches.tiny-block'],
      traces: ['objects-small-0'],
      example: `
      malloc 4
      malloc 14            #= result.addr = 16; mcache[0].tiny = 0; mcache[0].tinyoffset = 4
      malloc 4             #= result.addr = 4
      `,
    }),
    clause('malloc.tiny.bound', {
      text: 'An object of 16 bytes, or one with pointers, is never a tiny one.',
      source: 'Caches and malloc',
      profile: 'placement',
      traces: ['objects-small-0'],
      example: `
      malloc 8
      malloc 16            #= result.addr = 16
      malloc 8 scan 8      #= result.addr = 8192
      malloc 8             #= result.addr = 8
      `,
    }),
    clause('malloc.tiny.counted', {
      text: 'Tiny objects count where they are placed in an open block, and not where they begin one.',
      source: 'Caches and malloc',
      profile: 'accounting',
      invariants: ['counters.tiny-allocs'],
      traces: ['objects-small-0'],
      example: `
      malloc 4
      malloc 4
      malloc 4
      flush                #= tinyallocs = 2
      `,
    }),
    clause('malloc.small', {
      text: 'A small object is taken from the current span of its size class.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['objects.counted', 'objects.same-objects'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 100           #= result.addr = 0; spans[@0].elemsize = 112
      malloc 100           #= result.addr = 112; spans[@0].allocCount = 2
      `,
    }),
    clause('malloc.small.cleared', {
      text: 'A small object of a dirty span is cleared, all of its size class, where clear memory is asked for.',
      source: 'Caches and malloc',
      profile: 'safety',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      malloc 4096
      gcStart
      mark o1
      gcEnd                #= spans[@0].needzero = 1
      malloc 4000 needzero #= result.zeroed = true; clears = [[4096, 4096]]
      `,
    }),
    clause('malloc.small.not-cleared', {
      text: 'It is not cleared where that is not asked for, nor in a clean span.',
      source: 'Caches and malloc',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096 needzero   #= result.zeroed = false; clears = []
      malloc 4096
      gcStart
      mark o1
      gcEnd
      malloc 4096          #= result.zeroed = false; clears = []
      `,
    }),
    clause('malloc.large', {
      text: 'A large object has a span of its own, of as many whole pages as it needs.',
      source: 'Caches and malloc',
      profile: 'placement',
      invariants: ['objects.layout'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40960         #= result.addr = 0
      malloc 40961         #= result.addr = 40960; spans[@40960].npages = 6
      `,
    }),
    clause('malloc.large.counted', {
      text: 'A large object counts as one, and all the bytes of its span as live.',
      source: 'mheap.go:589',
      profile: 'accounting',
      invariants: ['counters.heap-objects', 'counters.heap-live'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000         #= heap_objects = 1; heap_live = 40960; busy[5] = [0]
      `,
    }),
    clause('malloc.large.cleared', {
      text: 'A large object in dirty memory is cleared, all of its span, where clear memory is asked for.',
      source: 'Caches and malloc',
      profile: 'safety',
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd
      malloc 40000 needzero #= result.zeroed = true; clears = [[0, 40960]]
      `,
    }),
    clause('malloc.large.no-memory', {
      text: 'Where there is no memory for a large object, that is fatal.',
      source: 'Caches and malloc',
      profile: 'safety',
      traces: ['throws-oom'],
      example: `
      config arenaPages=8
      malloc 70000 scan 8 ! fatal "out of memory"
                           #= mcache[0].counters = {}
      `,
    }),
    clause('malloc.marked', {
      text: 'An object that is allocated while objects are marked is marked at once.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['objects.same-marks', 'bits.bytes-marked'],
      traces: ['objects-mixed-0'],
      example: `
      gcStart
      malloc 4096          #= spans[@0].gcmarkBits = "01"; bytesMarked = 4096
      malloc 40000         #= spans[@8192].gcmarkBits = "01"; bytesMarked = 45056
      `,
    }),
    clause('malloc.tiny.not-marked', {
      text: 'A tiny object that is placed in an open block marks nothing.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['objects.same-marks'],
      traces: ['objects-small-0'],
      example: `
      malloc 4
      gcStart
      malloc 4             #= result.addr = 4; bytesMarked = 0
      malloc 13            #= result.addr = 16; bytesMarked = 16
      `,
    }),
  ],
};
