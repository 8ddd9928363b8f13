import { clause, type Theme } from './clause.js';

/** What a heap refuses, and what kills it. */
export const MISUSE: Theme = {
  name: 'misuse',
  title: 'Misuse',
  about:
    'Misuse that the runtime notices is fatal. What it does not notice is refused here before anything has changed: with a TypeError where something is of the wrong type, else with a RangeError.',
  clauses: [
    clause('misuse.type', {
      text: 'An argument of the wrong type is refused with a TypeError.',
      source: 'mheap.go:621',
      profile: 'safety',
      shapes: ['misuse/bad-type'],
      example: `
      alloc "5" ! TypeError
      malloc "5" ! TypeError
      `,
    }),
    clause('misuse.order', {
      text: 'Arguments are judged in their order: the first that is wrong decides.',
      source: 'mheap.go:621',
      level: 'detail',
      profile: 'safety',
      shapes: ['misuse/bad-type', 'misuse/bad-count'],
      example: `
      alloc "5" class 99 ! TypeError
      alloc 0 class "99" ! RangeError
      `,
    }),
    clause('misuse.nothing-changes', {
      text: 'A refused operation has changed nothing.',
      source: 'mheap.go:621',
      profile: 'safety',
      shapes: ['misuse/bad-class'],
      example: `
      alloc 3 class 67 ! RangeError
                           #= arenaUsed = 0; sys = []; spans = []
      `,
    }),
    clause('misuse.count', {
      text: 'A number of pages must be a whole one from 1 to 2^39.',
      source: 'mheap.go:661',
      profile: 'safety',
      shapes: ['misuse/bad-count'],
      example: `
      alloc 0 ! RangeError
      allocStack 2.5 ! RangeError
      alloc 549755813889 ! RangeError
      `,
    }),
    clause('misuse.class', {
      text: 'A size class must be one of 0 to 66.',
      source: 'Size classes',
      profile: 'safety',
      shapes: ['misuse/bad-class'],
      example: `
      alloc 1 class 67 ! RangeError
      `,
    }),
    clause('misuse.time', {
      text: 'A time must be a whole number of nanoseconds, and none may be below 0.',
      source: 'mheap.go:989',
      profile: 'safety',
      shapes: ['misuse/bad-time'],
      example: `
      tick -1ns ! RangeError
      scavenge 0.5ns ! RangeError
      `,
    }),
    clause('misuse.clock', {
      text: 'The clock does not pass the largest whole number that is exact.',
      source: 'A collection cycle',
      level: 'detail',
      profile: 'safety',
      shapes: ['misuse/clock-overflow'],
      example: `
      tick 9007199254740991ns ! RangeError
      `,
    }),
    clause('misuse.address', {
      text: 'An address must be an exact whole number, inside of the arena or not.',
      source: 'mheap.go:817',
      profile: 'safety',
      shapes: ['misuse/bad-address'],
      example: `
      query @0.5 ! RangeError
      query @9007199254740992 ! RangeError
      query @-9007199254740991 ! result
      `,
    }),
    clause('misuse.cache', {
      text: 'A cache must exist: one that was removed does not, nor one that was never made.',
      source: 'Caches and malloc',
      profile: 'safety',
      shapes: ['misuse/unknown-cache'],
      example: `
      config procs=2
      removeProc cache 1
      malloc 64 cache 1 ! RangeError
      flush cache 2 ! RangeError
      removeFinalizer @0 cache 2 ! RangeError
      `,
    }),
    clause('misuse.last-cache', {
      text: 'The last cache can not be removed.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['misuse/last-cache'],
      example: `
      removeProc ! RangeError
                           #= cachesInUse = 1
      `,
    }),
    clause('misuse.size', {
      text: 'An object has at least one byte, and no more bytes can hold pointers than it has.',
      source: 'Caches and malloc',
      profile: 'safety',
      shapes: ['misuse/bad-size'],
      example: `
      malloc 0 ! RangeError
      malloc 8 scan 9 ! RangeError
      `,
    }),
    clause('misuse.distance', {
      text: 'The bytes over which a cycle is to be swept are a whole number, 0 or more.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['misuse/bad-distance'],
      example: `
      gcStart
      gcEnd distance -1 ! RangeError
      gcEnd distance 0.5 ! RangeError
                           #= marking = true
      `,
    }),
    clause('misuse.free.nowhere', {
      text: 'What is freed must be the start of a span: not its inside, nor an address where a span began before it merged, nor one outside.',
      source: 'mheap.go:829',
      profile: 'safety',
      shapes: ['misuse/free-inside-span', 'misuse/free-of-merged', 'misuse/free-outside'],
      example: `
      s1 = alloc 2
      s2 = alloc 1
      free s1+8192 ! RangeError
      free @1048576 ! RangeError
      free s1
      free s2
      free s2 ! RangeError
      `,
    }),
    clause('misuse.free.kind', {
      text: 'A span of stacks is not freed as a heap span, nor a heap span as one of stacks.',
      source: 'mheap.go:855',
      profile: 'safety',
      shapes: ['misuse/stack-freed-as-heap', 'misuse/heap-freed-as-stack'],
      example: `
      s1 = alloc 1
      s2 = allocStack 1
      freeStack s1 ! RangeError
      free s2 ! RangeError
      `,
    }),
    clause('misuse.phase', {
      text: 'A cycle starts only where none is marking; only while one is can objects be marked, and marking end.',
      source: 'A collection cycle',
      profile: 'safety',
      shapes: ['misuse/cycle-in-cycle', 'misuse/no-cycle'],
      example: `
      o1 = malloc 64
      gcEnd ! RangeError
      mark o1 ! RangeError
      gcStart
      gcStart ! RangeError
      `,
    }),
    clause('misuse.mark', {
      text: 'What is marked must be an object that is allocated.',
      source: 'Mark and allocation bits of a span',
      profile: 'safety',
      shapes: ['misuse/mark-nothing', 'misuse/mark-free-slot', 'misuse/mark-past-limit'],
      example: `
      malloc 4096
      gcStart
      mark @4096 ! RangeError
      mark @8192 ! RangeError
                           #= bytesMarked = 0
      `,
    }),
    clause('misuse.dead', {
      text: 'A heap that has met a fatal error is dead: every operation ends in the same error, while statistics and state can still be read.',
      source: 'mheap.go:881',
      profile: 'safety',
      traces: ['throws-double-free'],
      example: `
      s1 = alloc 1
      free s1
      free s1 ! fatal "MHeap_FreeSpanLocked - invalid span state"
                           #= heap_inuse = 0; spans[@0].state = "free"
      `,
    }),
  ],
};
