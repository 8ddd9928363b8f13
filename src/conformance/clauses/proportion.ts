import { clause, type Theme } from './clause.js';

/** Sweeping in proportion, and before the heap grows. */
export const PROPORTION: Theme = {
  name: 'proportion',
  title: 'Sweeping while allocating',
  about:
    'What a cycle leaves to be swept is swept by those who allocate: in proportion to what they allocate, and before the heap gives out new pages.',
  clauses: [
    clause('credit.none', {
      text: 'Where nothing is swept in proportion, allocation is not counted.',
      source: 'A collection cycle',
      profile: 'accounting',
      invariants: ['sweeping.paid-for'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000         #= spanBytesAlloc = 0
      malloc 4096          #= spanBytesAlloc = 0
      `,
    }),
    clause('credit.small', {
      text: 'Before a cache gets a span, the bytes of that span are paid for by sweeping as many pages as are owed.',
      source: 'Central lists',
      profile: 'accounting',
      invariants: ['sweeping.paid-for', 'sweeping.unswept-ahead'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      o2 = malloc 40000
      gcStart
      mark o1
      mark o2
      gcEnd distance 16384
      malloc 4096          #= spanBytesAlloc = 8192; pagesSwept = 10; claims = [40960, 0]
      `,
    }),
    clause('credit.large', {
      text: 'Before a large object its pages are paid for, but as many pages may stay owed.',
      source: 'Caches and malloc',
      profile: 'accounting',
      invariants: ['sweeping.paid-for'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd distance 40960
      malloc 32769         #= spanBytesAlloc = 40960; pagesSwept = 5; sweepPagesPerByte = 0.0001220703125
      `,
    }),
    clause('credit.rounded', {
      text: 'What is owed is rounded down to whole pages.',
      source: 'A collection cycle',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      o2 = malloc 40000
      gcStart
      mark o1
      mark o2
      gcEnd distance 1048576
      malloc 4096          #= claims = [0]; pagesSwept = 1
      `,
    }),
    clause('credit.exhausted', {
      text: 'Where pages are owed and nothing is left to sweep, sweeping in proportion ends.',
      source: 'A collection cycle',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd distance 8192
      malloc 40000         #= pagesSwept = 5; sweepPagesPerByte = 0
      `,
    }),
    clause('credit.reimbursed', {
      text: 'What is allocated already in the span that a cache gets is taken back from what was paid for.',
      source: 'Central lists',
      profile: 'accounting',
      invariants: ['sweeping.paid-for'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 4096
      gcStart
      mark o1
      gcEnd distance 1048576
      malloc 4096          #= spanBytesAlloc = 4096
      `,
    }),
    clause('reclaim.longer', {
      text: 'Before pages are allocated while there is something to sweep, the busy spans of at least so many pages are swept, shorter ones first, until enough pages are back.',
      source: 'mheap.go:495',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      malloc 70000
      malloc 50000
      gcStart
      gcEnd distance 1048576
      malloc 49152         #= claims = [114688]; result.addr = 114688
      `,
    }),
    clause('reclaim.longest', {
      text: 'The long list of busy spans comes after the lists by length.',
      source: 'mheap.go:504',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 1048576
      malloc 40000
      gcStart
      gcEnd distance 1048576
      malloc 49152         #= claims = [0]
      `,
    }),
    clause('reclaim.shorter', {
      text: 'Then the shorter ones are swept, until their pages add up.',
      source: 'mheap.go:511',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 50000
      malloc 40000
      malloc 40000
      gcStart
      gcEnd distance 1048576
      malloc 65536         #= claims = [57344, 98304]
      `,
    }),
    clause('reclaim.anything', {
      text: 'Then whatever is left to be swept, in the order of the stack.',
      source: 'mheap.go:519',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 4096
      malloc 2048
      gcStart
      gcEnd distance 1048576
      malloc 8192          #= claims = [8192]; result.addr = 8192
      `,
    }),
    clause('reclaim.enough', {
      text: 'It ends when as many pages are back in the heap as are to be allocated.',
      source: 'mheap.go:476',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      malloc 40000
      gcStart
      gcEnd distance 1048576
      malloc 40960         #= claims = [0]; sweepdone = 0
      `,
    }),
    clause('reclaim.back', {
      text: 'A busy span that is swept for this is moved to the back of its list first.',
      source: 'mheap.go:467',
      profile: 'structure',
      traces: ['objects-mixed-0', 'interleaved-0'],
      example: `
      o1 = malloc 40000
      malloc 40000
      gcStart
      mark o1
      gcEnd distance 1048576
      malloc 40960         #= claims = [0, 40960]; result.addr = 40960
      @1 tick 0s           #= busy[5] = [40960, 0]
      `,
    }),
    clause('reclaim.hidden', {
      text: 'A swept span in a busy list ends the search there, though dead ones may stand behind it.',
      source: 'Known oddities',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      malloc 40000
      malloc 50000
      gcStart
      mark o1
      gcEnd distance 1048576
      addFinalizer o1 id 1
      malloc 40960         #= claims = [81920]; result.addr = 81920
      `,
    }),
    clause('reclaim.only-heap', {
      text: 'Stacks are allocated without sweeping.',
      source: 'mheap.go:639',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 40000
      gcStart
      gcEnd distance 1048576
      allocStack 5         #= claims = []; result.base = 40960
      `,
    }),
    clause('reclaim.done', {
      text: 'Where all is swept, nothing is.',
      source: 'mheap.go:545',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd
      malloc 40960         #= claims = []; result.addr = 40960
      `,
    }),
  ],
};
