import { clause, type Theme } from './clause.js';

/** What the heap knows of an address. */
export const QUERIES: Theme = {
  name: 'queries',
  title: 'Looking addresses up',
  about: 'The collector meets numbers that may be addresses, and asks the heap what lies there.',
  clauses: [
    clause('query.heap', {
      text: 'An address of a heap span, up to its limit, lies in the heap, and its span is found.',
      source: 'mheap.go:300',
      profile: 'safety',
      invariants: ['queries.agree-with-tiling'],
      shapes: ['query/in-heap', 'query/first-byte', 'query/last-byte'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2
      query s1             #= result.inheap = true; result.lookupMaybe = 0
      query s1+16383       #= result.inheap = true; result.inHeapOrStack = true; result.lookupMaybe = 0; result.spanOf = 0
      `,
    }),
    clause('query.stack', {
      text: 'An address of a span of stacks does not lie in the heap, but in heap or stack; no object is found there.',
      source: 'mheap.go:315',
      profile: 'safety',
      invariants: ['queries.agree-with-tiling'],
      shapes: ['query/in-stack'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = allocStack 2
      query s1+8192        #= result.inheap = false; result.inHeapOrStack = true; result.lookupMaybe = null; result.mlookup = null; result.spanOf = 0
      `,
    }),
    clause('query.free', {
      text: 'An address of a free span, also in its middle, lies nowhere: what the span table says there is stale.',
      source: 'mheap.go:813',
      profile: 'safety',
      invariants: ['queries.agree-with-tiling'],
      shapes: ['query/free-page', 'query/inside-free-span', 'query/one-past-the-end'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 3
      s2 = alloc 1
      free s1
      query s1+8192        #= result = {"inheap": false, "inHeapOrStack": false, "lookupMaybe": null, "mlookup": null}
      query s2+8192        #= result = {"inheap": false, "inHeapOrStack": false, "lookupMaybe": null, "mlookup": null}
      `,
    }),
    clause('query.outside', {
      text: 'An address before the arena, or behind what is mapped of it, lies nowhere.',
      source: 'mheap.go:818',
      profile: 'safety',
      invariants: ['queries.nothing-outside'],
      shapes: ['query/below', 'query/above', 'query/before-any-growth'],
      traces: ['pages-mixed-0'],
      example: `
      query @0             #= result.inheap = false; result.inHeapOrStack = false; result.mlookup = null
      alloc 128
      query @-1            #= result.inheap = false; result.inHeapOrStack = false; result.mlookup = null
      query @1048576       #= result.inheap = false; result.inHeapOrStack = false; result.mlookup = null
      `,
    }),
    clause('query.nil', {
      text: 'The nil pointer lies nowhere. Only the object lookup does not look for it, should the arena begin there.',
      source: 'mheap.go:301',
      level: 'detail',
      profile: 'placement',
      shapes: ['query/nil', 'query/nil-inside-arena'],
      traces: ['pages-mixed-0'],
      example: `
      config arenaStart=0
      alloc 1
      query @0             #= result.inheap = false; result.mlookup = [0, 8192]
      query nil            #= result.inheap = false; result.inHeapOrStack = false; result.mlookup = [0, 8192]
      `,
    }),
    clause('query.limit', {
      text: 'Behind the last whole object of a span there is nothing, though the span goes on.',
      source: 'mheap.go:822',
      profile: 'safety',
      invariants: ['queries.agree-with-tiling', 'spans.objects-fit'],
      shapes: ['query/past-limit', 'query/at-limit'],
      traces: ['pages-mixed-0', 'objects-mixed-0'],
      example: `
      s1 = alloc 1 class 4
      query s1+8159        #= result.mlookup = [8112, 48]
      query s1+8160        #= result.inheap = false; result.mlookup = null
      `,
    }),
    clause('query.limit.large', {
      text: 'The limit of a large object is what was asked for it: the rest of its last page is nothing.',
      source: 'Caches and malloc',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 40000    #= spans[@0].limit = 40000
      query o1+39999       #= result.inheap = true
      query o1+40000       #= result.inheap = false
      `,
    }),
    clause('query.object', {
      text: 'The object of an address in a span of a size class is found by dividing its offset by the size of the class.',
      source: 'mheap.go:390',
      profile: 'safety',
      shapes: ['query/object-base', 'query/inside-object', 'query/across-pages'],
      traces: ['pages-mixed-0'],
      example: `
      s1 = alloc 2 class 4
      query s1+48          #= result.mlookup = [48, 48]
      query s1+8192        #= result.mlookup = [8160, 48]
      `,
    }),
    clause('query.object.large', {
      text: 'In a span without a size class the object is the span, with all its pages.',
      source: 'mheap.go:379',
      profile: 'safety',
      shapes: ['query/inside-large'],
      traces: ['pages-mixed-0'],
      example: `
      alloc 1
      s2 = alloc 2
      query s2+9000        #= result.mlookup = [8192, 16384]
      `,
    }),
    clause('query.dead-objects', {
      text: 'An object that is not allocated is found like one that is.',
      source: 'mheap.go:295',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 1024
      query @5000          #= result.inheap = true; result.mlookup = [4096, 1024]
      `,
    }),
    clause('query.counted', {
      text: 'Each lookup of an object counts once, whether something is found or not, in the first cache.',
      source: 'mheap.go:356',
      profile: 'structure',
      invariants: ['caches.counters'],
      traces: ['objects-mixed-0'],
      example: `
      query nil
      query @0             #= mcache[0].counters.nlookup = 2; nlookup = 0
      flush                #= nlookup = 2
      `,
    }),
  ],
};
