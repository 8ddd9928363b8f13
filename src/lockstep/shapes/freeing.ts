import { shapes } from './shape.js';
import type { Tally } from './shape.js';
import type { Picture } from './picture.js';
import { GIANT_PAGES, standsInside } from './span.js';
import type { Span } from './span.js';

/** What becomes of a span that is freed, and of its neighbours (`mheap.go:868`). */
const FREEING = shapes('freeing', {
  alone: 'No neighbour of the freed span is free.',
  'joins-left': 'Only the left neighbour is free, and they merge.',
  'joins-right': 'Only the right neighbour is free, and they merge.',
  'joins-both': 'Both neighbours are free, and all three merge.',
  'reaches-start': 'The free span ends up at the start of the arena.',
  'reaches-end': 'The free span ends up at the end of the arena.',
  'whole-arena': 'All of the arena ends up in one free span.',
  'short-become-large': 'Short spans merge into a large one.',
  'joins-giant': 'A neighbour that merges is itself a free span of 2^20 pages or more.',
  'from-inside-free-list': 'A neighbour that merges stood in its list with others before and behind it.',
  'from-busy-list': 'The freed span leaves the busy list of its length.',
  'from-busy-large': 'The freed span leaves the busy list of large spans.',
  'from-inside-busy-list': 'The freed span stood in its busy list with others before and behind it.',
  'large-not-counted-off': 'A span of a large object is freed, and the object count keeps it.',
  'counted-off-unlisted': 'A span that held no large object is freed, and the object count loses one.',
  'restarts-age': 'A free neighbour merges that is older, and its age starts anew.',
});

/** Free neighbours of which pages were given back to the operating system (`mheap.go:910`). */
const RELEASED = shapes('released', {
  'joins-left':
    'A freed span merges with a span at its left of which pages were released, and with none such at its right.',
  'joins-right':
    'A freed span merges with a span at its right of which pages were released, and with none such at its left.',
  'joins-both': 'A freed span merges with two spans of which pages were released.',
});

/** Spans that hold stacks (`mheap.go:639`, `mheap.go:855`). */
const STACKS = shapes('stacks', {
  allocated: 'A span for stacks is allocated.',
  large: 'A span for stacks is allocated that is too long for a list of its own.',
  freed: 'A span of stacks is freed.',
  'between-heap-spans': 'A span of stacks is freed, and both its neighbours hold objects.',
  'on-both-sides': 'A heap span is freed, and both its neighbours hold stacks.',
});

/** All shapes of the freeing of a span. */
export const FREEING_SHAPES = [...FREEING, ...RELEASED, ...STACKS];

type FreeingShape = (typeof FREEING_SHAPES)[number]['name'];

const JOINS = {
  left: 'freeing/joins-left',
  right: 'freeing/joins-right',
  both: 'freeing/joins-both',
} as const;

const RELEASED_JOINS = {
  left: 'released/joins-left',
  right: 'released/joins-right',
  both: 'released/joins-both',
} as const;

/** Counts that a span for stacks has been allocated. */
export function countStack(tally: Tally<FreeingShape>, picture: Picture, npages: number): void {
  tally.count('stacks/allocated');
  if (npages >= picture.free.bound) tally.count('stacks/large');
}

/** Counts what becomes of `span`, before it is freed. */
export function countFreeing(tally: Tally<FreeingShape>, picture: Picture, span: Span): void {
  countBusyList(tally, picture, span);
  countUses(tally, span);

  const left = span.left?.use === 'free' ? span.left : null;
  const right = span.right?.use === 'free' ? span.right : null;
  const start = left?.page ?? span.page;
  const end = (right ?? span).page + (right ?? span).npages;
  if (start === 0) tally.count('freeing/reaches-start');
  if (end === picture.end) tally.count('freeing/reaches-end');
  if (end - start === picture.end) tally.count('freeing/whole-arena');

  if (left === null && right === null) tally.count('freeing/alone');
  else countMerge(tally, picture, end - start, left, right);
}

function countBusyList(tally: Tally<FreeingShape>, picture: Picture, span: Span): void {
  if (span.list === null) return;
  tally.count(span.list === picture.busy.large ? 'freeing/from-busy-large' : 'freeing/from-busy-list');
  if (standsInside(span)) tally.count('freeing/from-inside-busy-list');
}

function countUses(tally: Tally<FreeingShape>, span: Span): void {
  const stack = span.use === 'stack';
  if (stack) tally.count('stacks/freed');
  const around = stack ? 'heap' : 'stack';
  if (span.left?.use !== around || span.right?.use !== around) return;
  tally.count(stack ? 'stacks/between-heap-spans' : 'stacks/on-both-sides');
}

/** Counts that a freed span merges with one or two free neighbours to one of `npages`. */
function countMerge(
  tally: Tally<FreeingShape>,
  picture: Picture,
  npages: number,
  left: Span | null,
  right: Span | null,
): void {
  tally.count(JOINS[side(left !== null, right !== null)]);
  const leftReleased = left !== null && left.npreleased > 0;
  const rightReleased = right !== null && right.npreleased > 0;
  if (leftReleased || rightReleased) tally.count(RELEASED_JOINS[side(leftReleased, rightReleased)]);

  const { bound } = picture.free;
  const hadLarge = holds(left, right, (span) => span.npages >= bound);
  const ownLength = npages - (left?.npages ?? 0) - (right?.npages ?? 0);
  if (npages >= bound && ownLength < bound && !hadLarge) tally.count('freeing/short-become-large');
  if (holds(left, right, (span) => span.npages >= GIANT_PAGES)) tally.count('freeing/joins-giant');
  if (holds(left, right, (span) => span.list !== picture.free.large && standsInside(span))) {
    tally.count('freeing/from-inside-free-list');
  }
  if (holds(left, right, (span) => span.unusedsince < picture.clock)) tally.count('freeing/restarts-age');
}

/** Counts whether a freed heap span was counted off the large objects just when it held one. */
export function countAccount(tally: Tally<FreeingShape>, span: Span, countedOff: boolean): void {
  if (span.list !== null && !countedOff) tally.count('freeing/large-not-counted-off');
  if (span.list === null && countedOff) tally.count('freeing/counted-off-unlisted');
}

function side(left: boolean, right: boolean): 'left' | 'right' | 'both' {
  if (left && right) return 'both';
  return left ? 'left' : 'right';
}

function holds(left: Span | null, right: Span | null, predicate: (span: Span) => boolean): boolean {
  return (left !== null && predicate(left)) || (right !== null && predicate(right));
}
