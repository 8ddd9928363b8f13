import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES } from '../../spec/index.js';
import type { HeapParts } from '../heap-parts.js';
import { allSpans } from '../pages/audit.js';
import type { Complain } from '../pages/audit.js';
import { LAYOUT } from '../pages/layout.js';
import { CLASS, CLASSES } from './size-classes.js';

const {
  ALLOC_BITS,
  BITS,
  FIRST_RECORD,
  FLAGS,
  MARK_BITS,
  NEXT,
  NIL,
  OBJECTS,
  RECORD_WORDS,
  SIZECLASS_SHIFT,
  START,
  SWEEPGEN,
} = LAYOUT;

/** Each word behind the heads belongs to a record, to the bits of a span, or to those given back or not cut yet. */
export function auditPool(parts: HeapParts, complain: Complain): void {
  const { records } = parts.pages;
  const made = allRecords(parts);
  const owners = new Map<number, string>();
  const own = (first: number, count: number, owner: string): boolean => {
    for (let word = first; word < first + count; word++) {
      const record = word - ((word - FIRST_RECORD) & (RECORD_WORDS - 1));
      const other = made.has(record) ? 'a record' : owners.get(word);
      if (other === undefined && word >= FIRST_RECORD && word < records.end) owners.set(word, owner);
      else {
        complain(`bits: word ${word} belongs to ${owner}, but also to ${other ?? 'nobody'}`);
        return false;
      }
    }
    return true;
  };
  const whole = auditSpanBits(parts, own, complain) && auditFree(parts, own);
  const handedOut = records.end - FIRST_RECORD - made.size * RECORD_WORDS;
  if (whole && owners.size !== handedOut) {
    complain(`bits: ${handedOut} words were handed out, but ${owners.size} belong to somebody`);
  }
  auditArenas(parts, complain);
}

type Own = (first: number, count: number, owner: string) => boolean;

/** The records of spans, and dead ones. */
function allRecords({ pages }: HeapParts): Set<number> {
  const { dead, words } = pages.records;
  const found = new Set(allSpans(pages));
  for (let s = dead; s !== NIL && !found.has(s); s = words[s + NEXT]) found.add(s);
  return found;
}

/** The bits of each span: a pair side by side, which is its own, in its record or elsewhere. */
function auditSpanBits({ objects, pages }: HeapParts, own: Own, complain: Complain): boolean {
  const { words } = pages.records;
  let whole = true;
  for (const s of allSpans(pages)) {
    if ((words[s + FLAGS] & OBJECTS) === 0) continue;
    const span = `the span at page ${words[s + START]}`;
    const bitWords = objects.bitWords(s);
    const first = objects.bitsOf(s);
    if (Math.abs(words[s + ALLOC_BITS] - words[s + MARK_BITS]) !== bitWords) {
      complain(`bits: those of ${span} are no pair`);
      whole = false;
    } else if (bitWords === 1) {
      if (first !== s + BITS) complain(`bits: those of ${span} do not stand in its record`);
    } else if (!own(first, bitWords * 2, span)) whole = false;
  }
  return whole;
}

/** The pairs that were given back, and what was not cut yet. */
function auditFree({ objects, pages }: HeapParts, own: Own): boolean {
  const { pool } = objects;
  const { words } = pages.records;
  for (let half = 1; half < pool.free.length; half++) {
    for (let first = pool.free[half]; first !== 0; first = words[first]) {
      if (!own(first, half * 4, `those given back of ${half * 2} words`)) return false;
    }
  }
  return own(pool.next, pool.left, 'those not cut yet');
}

/** The arenas hold the mark bits of each span that was swept or allocated while they were filled. */
function auditArenas({ objects, pages }: HeapParts, complain: Complain): void {
  const { arenas } = objects;
  const { cycle, records } = pages;
  const fills = [...arenas.next, ...arenas.current, ...arenas.previous];
  if (fills.some((fill) => fill <= 0 || fill > GC_BITS_CHUNK_BYTES - GC_BITS_HEADER_BYTES)) {
    complain('bits: an arena is empty, or filled beyond its end');
  }
  let bytes = 0;
  for (const s of allSpans(pages)) {
    const isNew = records.words[s + SWEEPGEN] === cycle.sweepgen;
    if (isNew && (records.words[s + FLAGS] & OBJECTS) !== 0) bytes += arenaBytes(records.words[s + FLAGS]);
  }
  // What was taken before marking began belongs to the current epoch.
  const filled = sum(arenas.next) + (cycle.marking ? sum(arenas.current) : 0);
  if (filled < bytes) complain(`bits: arenas hold ${filled} bytes, but new mark bits have ${bytes}`);
}

/** Bytes of the mark bits of a span with these FLAGS, as the runtime takes them. */
function arenaBytes(flags: number): number {
  return CLASSES[(flags >>> SIZECLASS_SHIFT) * CLASS.WORDS + CLASS.ARENA_BYTES];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
