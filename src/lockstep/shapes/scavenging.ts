import { PAGE_SIZE } from '../../spec/index.js';
import { bytesOf } from './picture.js';
import type { Picture } from './picture.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';
import { GIANT_PAGES } from './span.js';
import type { Span } from './span.js';

/** Which free spans a scavenge releases, and how much of them (`mheap.go:950`). */
const SCAVENGING = shapes('scavenging', {
  releases: 'A scavenge releases a free span.',
  'releases-large': 'A large free span is released.',
  'releases-giant': 'A free span of 2^20 pages or more is released.',
  'nothing-free': 'A scavenge finds no free span at all.',
  'too-young': 'A free span is not released, since it is not old enough.',
  'age-at-limit': 'A free span whose age is exactly the limit is not released.',
  'age-above-limit': 'A free span is released whose age is one nanosecond above the limit.',
  'just-freed': 'A free span of age 0 is released by a scavenge that takes every age.',
  'inherited-age': 'A remainder is released for the age of the span that it was split from.',
  'restarted-age':
    'A merged span is too young, although a part of it has been free for longer than the limit.',
  'nothing-more': 'Old spans have been released already, and a scavenge finds nothing more.',
  'newly-merged':
    'A span of which pages were released has grown by merging, and its other pages are released.',
  'rounds-start': 'The release begins behind the start of the span, at the next physical page.',
  'rounds-end': 'The release ends before the end of the span, with the last whole physical page.',
  'within-physical-page': 'An old span has no whole physical page, and nothing of it is released.',
  'only-edges-left':
    'All whole physical pages of an old span are released already, and only its edges are left.',
  'again-after-use': 'Memory is released that was released before and then used again.',
  traced: 'A scavenge prints its trace line.',
  'traced-release': 'A scavenge that released something prints both its trace lines.',
});

/** All shapes of scavenging. */
export const SCAVENGING_SHAPES = SCAVENGING;

type ScavengingShape = (typeof SCAVENGING)[number]['name'];

/** One scavenge. */
export interface Scavenge {
  /** The number of the operation. */
  readonly serial: number;
  /** Spans must have been free for longer than this, in ns; -1 where every age counts. */
  readonly limit: number;
}

/**
 * Counts that `bytes` from `offset` in the arena on, which lie in the free span `span`, have been released, before
 * the picture knows.
 */
export function countRelease(
  tally: Tally<ScavengingShape>,
  picture: Picture,
  scavenge: Scavenge,
  span: Span,
  offset: number,
  bytes: number,
): void {
  const { limit } = scavenge;
  tally.count('scavenging/releases');
  if (span.list === picture.free.large) tally.count('scavenging/releases-large');
  if (span.npages >= GIANT_PAGES) tally.count('scavenging/releases-giant');
  if (span.npreleased > 0 && span.npreleased < bytes / PAGE_SIZE) tally.count('scavenging/newly-merged');
  if (offset > span.page * PAGE_SIZE) tally.count('scavenging/rounds-start');
  if (offset + bytes < span.page * PAGE_SIZE + bytesOf(span)) tally.count('scavenging/rounds-end');
  if (span.reused) tally.count('scavenging/again-after-use');

  const age = picture.clock - span.unusedsince;
  if (age === 0) tally.count('scavenging/just-freed');
  if (limit < 0) return;
  if (age === limit + 1) tally.count('scavenging/age-above-limit');
  if (span.splitAt > 0 && picture.clock - span.splitAt <= limit) tally.count('scavenging/inherited-age');
}

/** Counts why each free span that this scavenge did not release was left as it is; `bytes` is what it released. */
export function countKept(
  tally: Tally<ScavengingShape>,
  picture: Picture,
  scavenge: Scavenge,
  bytes: number,
): void {
  if (picture.freeSpans.length === 0) tally.count('scavenging/nothing-free');
  let releasedEarlier = false;
  for (const span of picture.freeSpans) {
    if (span.releasedIn === scavenge.serial) continue;
    const old = picture.clock - span.unusedsince > scavenge.limit;
    if (old) countNothingToRelease(tally, picture, span);
    else if (span.npreleased < span.npages) countTooYoung(tally, picture, scavenge.limit, span);
    releasedEarlier ||= old && span.npreleased > 0;
  }
  if (bytes === 0 && releasedEarlier) tally.count('scavenging/nothing-more');
}

function countTooYoung(tally: Tally<ScavengingShape>, picture: Picture, limit: number, span: Span): void {
  tally.count('scavenging/too-young');
  if (picture.clock - span.unusedsince === limit) tally.count('scavenging/age-at-limit');
  if (picture.clock - span.oldest > limit) tally.count('scavenging/restarted-age');
}

function countNothingToRelease(tally: Tally<ScavengingShape>, picture: Picture, span: Span): void {
  const unit = picture.config.physPageSize;
  const start = span.page * PAGE_SIZE;
  const wholePages = Math.floor((start + bytesOf(span)) / unit) - Math.ceil(start / unit);
  if (wholePages <= 0) tally.count('scavenging/within-physical-page');
  else if (span.npreleased < span.npages) tally.count('scavenging/only-edges-left');
}

/** Counts the trace lines that a scavenge printed. */
export function countTrace(tally: Tally<ScavengingShape>, lines: number): void {
  if (lines > 0) tally.count('scavenging/traced');
  if (lines > 1) tally.count('scavenging/traced-release');
}
