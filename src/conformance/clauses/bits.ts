import { clause, type Theme } from './clause.js';

/** How a span knows which of its objects are allocated and marked. */
export const BITS: Theme = {
  name: 'bits',
  title: 'The bits of a span',
  about:
    'A span that holds objects has a bit for each that says whether it outlived the last sweep, and one that says whether it is marked.',
  clauses: [
    clause('bits.start', {
      text: 'A span starts to hold objects with none allocated, none marked, and the search for a free one at its first.',
      source: 'Mark and allocation bits of a span',
      profile: 'structure',
      invariants: ['bits.well-formed', 'objects.layout'],
      shapes: ['malloc/fresh-span'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096          #= spans[@0].nelems = 2; spans[@0].allocBits = "00"; spans[@0].gcmarkBits = "00"; spans[@0].allocCount = 1
      `,
    }),
    clause('bits.page-level', {
      text: 'A span of page level holds no objects, and has no bits.',
      source: 'A collection cycle',
      level: 'detail',
      profile: 'structure',
      traces: ['pages-mixed-0'],
      example: `
      alloc 1 class 5      #= spans[@0].nelems = nothing; spans[@0].allocBits = nothing; gcBitsArenas.next = []
      `,
    }),
    clause('bits.in-order', {
      text: 'The first free object of a span is taken, so that a new span fills from its start.',
      source: 'mheap.go:177',
      profile: 'placement',
      invariants: [
        'objects.freeindex-in-range',
        'objects.counted',
        'objects.same-objects',
        'objects.placed-apart',
      ],
      traces: ['objects-mixed-0'],
      example: `
      malloc 2048          #= result.addr = 0
      malloc 2048          #= result.addr = 2048
      malloc 2048          #= result.addr = 4096; spans[@0].freeindex = 3; spans[@0].allocCount = 3
      `,
    }),
    clause('bits.skips-live', {
      text: 'Objects that outlived the last sweep are skipped.',
      source: 'mheap.go:179',
      profile: 'placement',
      invariants: ['objects.placed-apart'],
      shapes: ['windows/passes-live', 'malloc/swept-span'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 2048
      o2 = malloc 2048
      gcStart
      mark o2
      gcEnd                #= spans[@0].allocBits = "02"; spans[@0].freeindex = 0
      malloc 2048          #= result.addr = 0; spans[@0].freeindex = 1
      malloc 2048          #= result.addr = 4096; spans[@0].freeindex = 3
      `,
    }),
    clause('bits.after-sweep', {
      text: 'After a sweep the search for a free object begins at the first one of the span again.',
      source: 'Sweeping a span',
      profile: 'placement',
      invariants: ['objects.placed-apart'],
      shapes: ['malloc/swept-span'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 2048
      malloc 2048
      o3 = malloc 2048
      gcStart
      mark o3
      gcEnd
      malloc 2048          #= result.addr = 0; spans[@0].freeindex = 1; spans[@0].allocCount = 2
      `,
    }),
    clause('bits.unchanged-by-malloc', {
      text: 'Allocating an object moves the place of the search, and sets no bit.',
      source: 'mheap.go:186',
      profile: 'structure',
      invariants: ['objects.freeindex-in-range'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      malloc 4096          #= spans[@0].freeindex = 2; spans[@0].allocBits = "00"
      `,
    }),
    clause('bits.full', {
      text: 'A span whose search has come to its end has no free object: the next one comes from another span.',
      source: 'mheap.go:183',
      profile: 'placement',
      invariants: ['objects.counted'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      malloc 4096          #= spans[@0].freeindex = 2
      malloc 4096          #= result.addr = 8192
      `,
    }),
    clause('bits.cache', {
      text: 'A cached window of up to 64 objects says, lowest bit first, which are free from the place of the search on.',
      source: 'mheap.go:197',
      profile: 'structure',
      invariants: ['bits.alloc-cache'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 2048          #= spans[@0].allocCache = [7, 0]
      malloc 2048          #= spans[@0].allocCache = [3, 0]
      `,
    }),
    clause('bits.cache.skips', {
      text: 'Taking an object shifts the window behind it, past what was skipped.',
      source: 'Mark and allocation bits of a span',
      profile: 'structure',
      invariants: ['bits.alloc-cache'],
      shapes: ['windows/passes-live'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 2048
      malloc 2048
      gcStart
      mark o1
      gcEnd                #= spans[@0].allocCache = [14, 0]
      malloc 2048          #= result.addr = 2048; spans[@0].allocCache = [3, 0]
      `,
    }),
    clause('bits.cache.window', {
      text: 'Where the search comes to a multiple of 64, the window is read anew from the bits, unless it has come to the end of the span.',
      source: 'Mark and allocation bits of a span',
      profile: 'structure',
      invariants: ['bits.alloc-cache'],
      shapes: ['windows/last-slot'],
      traces: ['objects-small-0'],
      example: `
      ${'malloc 80\n      '.repeat(62)}malloc 80            #= spans[@0].freeindex = 63; spans[@0].allocCache = [1, 0]
      malloc 80            #= spans[@0].freeindex = 64; spans[@0].allocCache = [4294967295, 63]
      `,
    }),
    clause('bits.window.first', {
      text: 'The first object of a window that was read anew is the next one to be taken.',
      source: 'Mark and allocation bits of a span',
      profile: 'structure',
      invariants: ['bits.alloc-cache'],
      shapes: ['windows/first-slot'],
      traces: ['objects-small-0'],
      example: `
      ${'malloc 80\n      '.repeat(64)}malloc 80            #= result.addr = 5120; spans[@0].freeindex = 65; spans[@0].allocCache = [4294967295, 31]
      `,
    }),
    clause('bits.window.next', {
      text: 'Where no object in the rest of a window is free, the search goes on at its end, in the next one.',
      source: 'mheap.go:183',
      profile: 'placement',
      invariants: ['objects.placed-apart'],
      shapes: ['windows/next-window'],
      traces: ['objects-small-0'],
      example: `
      ${'malloc 80\n      '.repeat(66)}gcStart
      ${Array.from({ length: 63 }, (_, i) => `mark @${80 * (i + 1)}`).join('\n      ')}
      gcEnd                #= spans[@0].allocCount = 63
      malloc 80            #= result.addr = 0
      malloc 80            #= result.addr = 5120; spans[@0].freeindex = 65
      `,
    }),
    clause('bits.window.full', {
      text: 'A window without a free object is passed over as a whole.',
      source: 'Mark and allocation bits of a span',
      profile: 'placement',
      invariants: ['objects.placed-apart'],
      shapes: ['windows/first-full-after-sweep', 'windows/passes-full-window'],
      traces: ['objects-small-0'],
      example: `
      ${'malloc 48\n      '.repeat(129)}gcStart
      ${Array.from({ length: 128 }, (_, i) => `mark @${48 * i}`).join('\n      ')}
      gcEnd                #= spans[@0].allocCount = 128
      malloc 48            #= result.addr = 6144; spans[@0].freeindex = 129
      `,
    }),
    clause('bits.window.end', {
      text: 'When the last object of a span is taken, the search has come to its end, and the window shows none free.',
      source: 'mheap.go:183',
      profile: 'structure',
      invariants: ['bits.alloc-cache'],
      shapes: ['windows/span-ends-inside-window', 'windows/span-ends-with-window'],
      traces: ['objects-small-0'],
      example: `
      malloc 4096
      malloc 4096          #= spans[@0].freeindex = 2; spans[@0].allocCache = [0, 0]
      ${'malloc 128\n      '.repeat(63)}malloc 128           #= result.addr = 16256; spans[@8192].freeindex = 64; spans[@8192].allocCache = [0, 0]
      `,
    }),
    clause('bits.large', {
      text: 'A large object is the one object of its span, allocated from the start.',
      source: 'Caches and malloc',
      profile: 'structure',
      invariants: ['objects.layout'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000         #= spans[@0].nelems = 1; spans[@0].freeindex = 1; spans[@0].allocCount = 1; spans[@0].allocBits = "00"
      `,
    }),
    clause('arenas.blocks', {
      text: 'Bits are taken in blocks of 64, of 8 bytes; a new span takes them twice, for marks and for what is allocated.',
      source: 'mheap.go:1347',
      profile: 'structure',
      invariants: ['bits.arenas-hold-all'],
      traces: ['objects-arenas-0'],
      example: `
      malloc 4096          #= gcBitsArenas.next = [16]
      malloc 48            #= gcBitsArenas.next = [64]
      malloc 40000         #= gcBitsArenas.next = [80]
      `,
    }),
    clause('arenas.made', {
      text: 'Where no arena of bits is free, one is made when bits are needed.',
      source: 'mheap.go:1413',
      profile: 'structure',
      shapes: ['arenas/made'],
      traces: ['objects-arenas-0'],
      example: `
      tick 0s              #= gcBitsArenas = {"free": 0, "next": [], "current": [], "previous": []}
      malloc 4096          #= gcBitsArenas = {"free": 0, "next": [16], "current": [], "previous": []}
      `,
    }),
    clause('arenas.full', {
      text: 'An arena of bits has 65520 bytes. Where less is left than is needed, another one is put before it.',
      source: 'mheap.go:1349',
      profile: 'structure',
      invariants: ['bits.arenas-in-order'],
      shapes: ['arenas/full'],
      traces: ['objects-arenas-0'],
      example: `
      config procs=256
      ${Array.from({ length: 255 }, (_, p) => `malloc 8 scan 8 cache ${p}`).join('\n      ')}
                           #= gcBitsArenas.next = [65280]
      malloc 8 scan 8 cache 255 #= gcBitsArenas.next = [128, 65408]
      `,
    }),
    clause('arenas.epoch', {
      text: 'When a cycle starts, the arenas age: those of the next cycle become the current ones, and these the previous ones.',
      source: 'mheap.go:1390',
      profile: 'structure',
      invariants: ['bits.arenas-kept'],
      traces: ['objects-arenas-0', 'objects-mixed-0'],
      example: `
      malloc 4096
      gcStart              #= gcBitsArenas = {"free": 0, "next": [], "current": [16], "previous": []}
      gcEnd                #= gcBitsArenas = {"free": 0, "next": [8], "current": [16], "previous": []}
      gcStart              #= gcBitsArenas = {"free": 0, "next": [], "current": [8], "previous": [16]}
      `,
    }),
    clause('arenas.freed', {
      text: 'The previous arenas of one cycle are free from the start of the next one on.',
      source: 'mheap.go:1392',
      profile: 'structure',
      invariants: ['bits.arenas-kept'],
      traces: ['objects-arenas-0'],
      example: `
      malloc 4096
      gcStart
      gcEnd
      gcStart
      gcEnd
      gcStart              #= gcBitsArenas.free = 1; gcBitsArenas.previous = [8]
      `,
    }),
    clause('arenas.reused', {
      text: 'A free arena is used again, cleared, before a new one is made.',
      source: 'mheap.go:1413',
      profile: 'structure',
      invariants: ['bits.arenas-kept', 'bits.marks-clear'],
      shapes: ['arenas/recycled'],
      traces: ['objects-arenas-0'],
      example: `
      malloc 4096
      gcStart
      gcEnd
      gcStart
      gcEnd
      gcStart
      malloc 4096          #= gcBitsArenas.free = 0; gcBitsArenas.next = [16]
      `,
    }),
  ],
};
