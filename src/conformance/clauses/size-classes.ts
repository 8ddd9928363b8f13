import { clause, type Theme } from './clause.js';

/** Which size class an object has, and what a span of it holds. */
export const SIZE_CLASSES: Theme = {
  name: 'size-classes',
  title: 'Size classes',
  about: 'Small objects come in 66 sizes. A span holds objects of one of them.',
  clauses: [
    clause('class.smallest', {
      text: 'An object gets the smallest size that is large enough.',
      source: 'Size classes',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      malloc 17            #= spans[@0].sizeclass = 3; spans[@0].elemsize = 32
      malloc 32            #= result.addr = 32
      malloc 33            #= spans[@8192].sizeclass = 4; spans[@8192].elemsize = 48
      `,
    }),
    clause('class.bound', {
      text: 'The largest size is 32768 bytes, of class 66. A larger object is a large one, of class 0.',
      source: 'Constants',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      malloc 32768         #= spans[@0].sizeclass = 66; spans[@0].npages = 4
      malloc 32769         #= spans[@32768].sizeclass = 0; spans[@32768].npages = 5
      `,
    }),
    clause('class.tables', {
      text: 'Sizes up to 1016 bytes are looked up in steps of 8, larger ones in steps of 128: both give 1024 bytes where they meet.',
      source: 'Size classes',
      level: 'detail',
      profile: 'placement',
      traces: ['objects-mixed-0'],
      example: `
      malloc 1016          #= result.addr = 0
      malloc 1017          #= result.addr = 1024
      malloc 1024          #= result.addr = 2048
      malloc 1025          #= result.addr = 8192
      `,
    }),
    clause('class.pages', {
      text: 'Each size class has its own length of span.',
      source: 'Size classes',
      profile: 'structure',
      invariants: ['objects.layout'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 1280          #= spans[@0].npages = 1
      malloc 1408          #= spans[@8192].npages = 2
      `,
    }),
    clause('class.room', {
      text: 'A span holds as many objects as fit; what is left behind the last one is never used.',
      source: 'Mark and allocation bits of a span',
      profile: 'structure',
      invariants: ['objects.layout', 'spans.objects-fit'],
      traces: ['objects-mixed-0'],
      example: `
      malloc 48            #= spans[@0].nelems = 170; spans[@0].limit = 8160
      `,
    }),
    clause('class.index', {
      text: 'An address belongs to the object that its offset, divided by the size and rounded down, is the number of.',
      source: 'Size classes',
      profile: 'structure',
      traces: ['objects-mixed-0'],
      example: `
      malloc 3072
      o2 = malloc 3072
      gcStart
      mark o2-1            #= spans[@0].gcmarkBits = "01"
      mark o2              #= spans[@0].gcmarkBits = "03"
      `,
    }),
  ],
};
