import { PAGE_SIZE } from '../../spec/index.js';
import { bytesOf, elementSize, whereabouts } from './picture.js';
import type { Inside, Picture } from './picture.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';
import type { Span } from './span.js';

/** What lies at an address that is looked up (`mheap.go:295` to `399`, `mheap.go:817`). */
const QUERIES = shapes('query', {
  nil: 'The nil pointer is looked up.',
  'nil-inside-arena': 'The arena begins at address 0, so that its first byte is the nil pointer.',
  below: 'The address lies below the arena.',
  above: 'The address lies above what is mapped of the arena.',
  'before-any-growth': 'An address is looked up before the arena has grown at all.',
  'first-byte': 'The first byte of a span in use is looked up.',
  'last-byte': 'The last byte that objects or stacks fill in a span is looked up.',
  'one-past-the-end': 'The first byte behind a span in use is looked up.',
  'free-page': 'The address lies in a free span.',
  'inside-free-span': 'The address lies on a page of a free span that is neither its first nor its last.',
  'in-stack': 'The address lies in a span of stacks.',
  'in-heap': 'The address lies in an object.',
  'past-limit': 'The address lies in a heap span, behind the last object that fits.',
  'at-limit': 'The address is the limit of a heap span, and the span goes on behind it.',
  'object-base': 'The address is the base of an object of a size class that is not the first of its span.',
  'inside-object': 'The address lies inside an object of a size class, and its base is found by rounding.',
  'across-pages': 'The address lies inside an object of a size class that begins on an earlier page.',
  'inside-large': 'The address lies inside an object that fills a span without a size class.',
});

/** All shapes of address queries. */
export const QUERY_SHAPES = QUERIES;

type QueryShape = (typeof QUERIES)[number]['name'];

/** Counts what lies at `addr`, in bytes from the arena's start; no address is the nil pointer. */
export function countQuery(tally: Tally<QueryShape>, picture: Picture, addr: number | undefined): void {
  const { config, tail, end } = picture;
  if (end === 0) tally.count('query/before-any-growth');
  if (addr === undefined || config.arenaStart + addr === 0) {
    tally.count(addr === 0 ? 'query/nil-inside-arena' : 'query/nil');
    return;
  }
  const there = whereabouts(picture, addr);
  if ('span' in there) {
    countInside(tally, there);
    return;
  }
  tally.count(there.what === 'below' ? 'query/below' : 'query/above');
  if (tail !== null && tail.use !== 'free' && addr === end * PAGE_SIZE) tally.count('query/one-past-the-end');
}

function countInside(tally: Tally<QueryShape>, { what, span, offset }: Inside): void {
  if (offset === 0 && span.left !== null && span.left.use !== 'free') tally.count('query/one-past-the-end');
  switch (what) {
    case 'free':
      countFree(tally, span, offset);
      break;
    case 'stack':
      tally.count('query/in-stack');
      countEdges(tally, offset, bytesOf(span));
      break;
    case 'past-limit':
      tally.count('query/past-limit');
      if (offset === span.objectBytes) tally.count('query/at-limit');
      break;
    case 'object':
      countEdges(tally, offset, span.objectBytes);
      countObject(tally, span, offset);
      break;
  }
}

function countFree(tally: Tally<QueryShape>, span: Span, offset: number): void {
  tally.count('query/free-page');
  const page = Math.floor(offset / PAGE_SIZE);
  if (page > 0 && page < span.npages - 1) tally.count('query/inside-free-span');
}

function countEdges(tally: Tally<QueryShape>, offset: number, bytes: number): void {
  if (offset === 0) tally.count('query/first-byte');
  if (offset === bytes - 1) tally.count('query/last-byte');
}

function countObject(tally: Tally<QueryShape>, span: Span, offset: number): void {
  tally.count('query/in-heap');
  if (span.sizeclass === 0) {
    if (offset > 0) tally.count('query/inside-large');
    return;
  }
  const within = offset % elementSize(span);
  if (within === 0 && offset > 0) tally.count('query/object-base');
  if (within > 0) tally.count('query/inside-object');
  const basePage = Math.floor((offset - within) / PAGE_SIZE);
  if (Math.floor(offset / PAGE_SIZE) > basePage) tally.count('query/across-pages');
}
