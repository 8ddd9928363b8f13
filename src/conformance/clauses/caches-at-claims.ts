import { clause, type Clause } from './clause.js';

/** What caches do while a span is swept by another one. */
export const CACHES_AT_CLAIMS: readonly Clause[] = [
  clause('inside.flush', {
    text: 'Another cache can be flushed there: its spans go to the central lists.',
    source: 'Caches and malloc',
    profile: 'structure',
    shapes: ['inside/flush'],
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
  clause('inside.flush.class', {
    text: 'A cache that is flushed there gives back a span of the class that is being swept, too.',
    source: 'Caches and malloc',
    profile: 'structure',
    shapes: ['inside/flush-same-class'],
    example: `
    config procs=2
    malloc 4096
    gcStart
    gcEnd distance 1048576
    sweepone
    @1 malloc 4096 cache 1
    @1 flush cache 1     #= mcache[1].alloc = {}; central[43].nonempty = [8192, 0]
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
    shapes: ['inside/cache-removed'],
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
  clause('inside.cache-removed.class', {
    text: 'A cache that is removed there gives back a span of the class that is being swept, too.',
    source: 'Caches and malloc',
    profile: 'structure',
    shapes: ['inside/removed-same-class'],
    example: `
    config procs=2
    malloc 4096
    gcStart
    gcEnd distance 1048576
    sweepone
    @1 malloc 4096 cache 1
    @1 removeProc cache 1    #= mcache[1] = null; central[43].nonempty = [8192, 0]
    `,
  }),
  clause('inside.central.passed', {
    text: 'A cache that looks for a span passes over those that are being swept.',
    source: 'Central lists',
    profile: 'placement',
    shapes: ['inside/same-class', 'inside/refill-same-class'],
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
  clause('inside.central.both', {
    text: 'Two caches can look for a span of one class at once: the one that is being swept goes to who sweeps it.',
    source: 'Central lists',
    profile: 'placement',
    shapes: ['inside/two-refills'],
    example: `
    config procs=2
    o1 = malloc 4096
    gcStart
    mark o1
    gcEnd distance 1048576
    malloc 4096              #= result.addr = 4096
    @1 malloc 4096 cache 1   #= result.addr = 8192
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
];
