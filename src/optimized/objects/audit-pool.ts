import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES } from '../../spec/index.js';
import type { HeapParts } from '../heap-parts.js';
import { allSpans } from '../pages/audit.js';
import type { Complain } from '../pages/audit.js';
import { LAYOUT } from '../pages/layout.js';

const { ALLOC_BITS, FLAGS, MARK_BITS, OBJECTS, START, SWEEPGEN } = LAYOUT;

/** The bits of spans and those that were given back: each word belongs to one of them; and the arenas of the runtime. */
export function auditPool(parts: HeapParts, complain: Complain): void {
  const { pool } = parts.objects;
  const owners = new Map<number, string>();
  const own = (first: number, count: number, owner: string): boolean => {
    for (let word = first; word < first + count; word++) {
      const other = owners.get(word);
      if (other === undefined && word > 0 && word < pool.end) owners.set(word, owner);
      else {
        complain(`bits: word ${word} belongs to ${owner}, but also to ${other ?? 'nobody'}`);
        return false;
      }
    }
    return true;
  };
  const whole = auditSpanBits(parts, own, complain) && auditFree(parts, own);
  if (whole && owners.size !== pool.end - pool.begin) {
    complain(`bits: ${pool.end - pool.begin} words were handed out, but ${owners.size} belong to somebody`);
  }
  auditArenas(parts, complain);
}

type Own = (first: number, count: number, owner: string) => boolean;

/** The bits of each span: a pair side by side, which is its own. */
function auditSpanBits({ objects, pages }: HeapParts, own: Own, complain: Complain): boolean {
  const { words } = pages.records;
  let whole = true;
  for (const s of allSpans(pages)) {
    if ((words[s + FLAGS] & OBJECTS) === 0) continue;
    const span = `the span at page ${words[s + START]}`;
    const bitWords = objects.bitWords(s);
    if (Math.abs(words[s + ALLOC_BITS] - words[s + MARK_BITS]) !== bitWords) {
      complain(`bits: those of ${span} are no pair`);
      whole = false;
    } else if (!own(objects.bitsOf(s), bitWords * 2, span)) whole = false;
  }
  return whole;
}

/** The pairs that were given back. */
function auditFree({ objects }: HeapParts, own: Own): boolean {
  const { pool } = objects;
  for (let half = 1; half < pool.free.length; half++) {
    for (let first = pool.free[half]; first !== 0; first = pool.words[first]) {
      if (!own(first, half * 4, `those given back of ${half * 2} words`)) return false;
    }
  }
  return true;
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
    if (isNew && (records.words[s + FLAGS] & OBJECTS) !== 0) bytes += objects.bitWords(s) * 4;
  }
  // What was taken before marking began belongs to the current epoch.
  const filled = sum(arenas.next) + (cycle.marking ? sum(arenas.current) : 0);
  if (filled < bytes) complain(`bits: arenas hold ${filled} bytes, but new mark bits have ${bytes}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
