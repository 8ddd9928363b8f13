import { clause, type Theme } from './clause.js';

/** How free memory is given back to the operating system. */
export const SCAVENGING: Theme = {
  name: 'scavenging',
  title: 'Scavenging',
  about:
    'The pages of spans that have been free for long are released: the operating system may take them until they are used again.',
  clauses: [
    clause('scavenge.older', {
      text: 'A scavenge releases the free spans that have been unused for longer than its limit.',
      source: 'mheap.go:957',
      profile: 'placement',
      shapes: ['scavenging/releases', 'scavenging/releases-large', 'scavenging/age-above-limit'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      tick 6ns
      scavenge 5ns         #= result = 1040384; sys = [["unused", 8192, 1040384]]
      `,
    }),
    clause('scavenge.age-at-limit', {
      text: 'A free span whose age is exactly the limit is not released.',
      source: 'mheap.go:957',
      profile: 'placement',
      shapes: ['scavenging/age-at-limit', 'scavenging/too-young'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      tick 5ns
      scavenge 5ns         #= result = 0; sys = []
      `,
    }),
    clause('scavenge.only-free', {
      text: 'Spans that are not free are never released.',
      source: 'mheap.go:992',
      profile: 'safety',
      shapes: ['scavenging/nothing-free'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 64
      allocStack 64
      tick 9ns
      scavenge 0s          #= result = 0; sys = []
      `,
    }),
    clause('scavenge.all-lists', {
      text: 'Free spans of every length are looked at.',
      source: 'mheap.go:992',
      profile: 'placement',
      shapes: ['scavenging/releases-large', 'scavenging/releases-giant'],
      traces: ['pages-large-0'],
      example: `
      config arenaPages=2097152
      s1 = alloc 1048576
      alloc 1
      free s1
      tick 1ns
      scavenge 0s          #= sys = [["unused", 0, 8589934592], ["unused", 8589942784, 1040384]]
      `,
    }),
    clause('scavenge.any-age', {
      text: 'Giving memory back on demand releases the free spans of every age, those just freed too.',
      source: 'mheap.go:1009',
      profile: 'placement',
      shapes: ['scavenging/just-freed'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      freeOSMemory         #= result = 1040384
      `,
    }),
    clause('scavenge.counted', {
      text: 'Released bytes are counted; they stay idle, and part of what was got from the system.',
      source: 'mheap.go:980',
      profile: 'accounting',
      invariants: ['released.sum', 'released.at-most-idle'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      freeOSMemory         #= heap_released = 1040384; heap_idle = 1040384; heap_sys = 1048576
      `,
    }),
    clause('scavenge.pages', {
      text: 'A free span knows how many of its pages were released.',
      source: 'mheap.go:982',
      profile: 'structure',
      invariants: ['released.sum', 'released.at-most-span'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      freeOSMemory         #= spans[@8192].npreleased = 127
      `,
    }),
    clause('scavenge.again', {
      text: 'A span of which all was released before is not released again.',
      source: 'mheap.go:957',
      profile: 'placement',
      shapes: ['scavenging/nothing-more'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      freeOSMemory
      freeOSMemory         #= result = 0; sys = []
      `,
    }),
    clause('scavenge.newly-merged', {
      text: 'Of a span that has released pages and others, all is released, and only the others are counted.',
      source: 'mheap.go:976',
      profile: 'placement',
      invariants: ['released.sum'],
      shapes: ['scavenging/newly-merged', 'scavenging/again-after-use'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 1
      freeOSMemory
      free s1
      freeOSMemory         #= result = 8192; sys = [["unused", 0, 1048576]]; heap_released = 1048576
      `,
    }),
    clause('scavenge.physical.start', {
      text: 'Where physical pages are larger than heap pages, a release begins at the first whole physical page of the span.',
      source: 'mheap.go:966',
      profile: 'placement',
      invariants: ['released.whole-physical-pages'],
      shapes: ['scavenging/rounds-start'],
      traces: ['pages-mixed-1'],
      example: `
      config physPageSize=16384
      alloc 1
      freeOSMemory         #= sys = [["unused", 16384, 1032192]]; spans[@8192].npreleased = 126
      `,
    }),
    clause('scavenge.physical.end', {
      text: 'It ends with the last whole physical page of the span.',
      source: 'mheap.go:967',
      profile: 'placement',
      invariants: ['released.whole-physical-pages'],
      shapes: ['scavenging/rounds-end'],
      traces: ['pages-mixed-1'],
      example: `
      config physPageSize=16384
      s1 = alloc 3
      alloc 125
      free s1
      freeOSMemory         #= sys = [["unused", 0, 16384]]; result = 16384
      `,
    }),
    clause('scavenge.physical.none', {
      text: 'Of a free span without a whole physical page nothing is released.',
      source: 'mheap.go:968',
      profile: 'safety',
      shapes: ['scavenging/within-physical-page'],
      traces: ['pages-mixed-1'],
      example: `
      config physPageSize=16384
      alloc 1
      s2 = alloc 2
      alloc 125
      free s2
      freeOSMemory         #= result = 0; sys = []
      `,
    }),
    clause('scavenge.physical.edges', {
      text: 'Pages at the edges of a span that fill no physical page do not make it be released again.',
      source: 'mheap.go:977',
      profile: 'placement',
      shapes: ['scavenging/only-edges-left'],
      traces: ['pages-mixed-1'],
      example: `
      config physPageSize=16384
      alloc 1
      freeOSMemory
      freeOSMemory         #= result = 0; sys = []
      `,
    }),
    clause('scavenge.lines', {
      text: 'Where it is traced, a scavenge prints its number, and in whole MiB what is in use, idle, got, released and consumed.',
      source: 'mheap.go:998',
      level: 'detail',
      profile: 'placement',
      shapes: ['scavenging/traced'],
      traces: ['pages-mixed-0'],
      example: `
      host seed=2
      alloc 200
      scavenge 0s          #= prints = ["scvg0: inuse: 1, idle: 0, sys: 1, released: 0, consumed: 1 (MB)\\n"]
      `,
    }),
    clause('scavenge.lines.released', {
      text: 'A traced scavenge that released something prints that in a line before. On demand its number is -1.',
      source: 'mheap.go:999',
      level: 'detail',
      profile: 'placement',
      shapes: ['scavenging/traced-release'],
      traces: ['pages-mixed-0'],
      example: `
      host seed=2
      s1 = alloc 128
      free s1
      freeOSMemory         #= prints = ["scvg-1: 1 MB released\\n", "scvg-1: inuse: 0, idle: 1, sys: 1, released: 1, consumed: 0 (MB)\\n"]
      `,
    }),
  ],
};
