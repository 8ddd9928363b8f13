import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES } from '../../spec/index.js';
import type { HeapParts } from '../heap-parts.js';
import { allSpans } from '../pages/audit.js';
import type { Complain } from '../pages/audit.js';
import { LAYOUT } from '../pages/layout.js';
import { CHUNK_WORDS } from './bit-pool.js';
import type { BitPool, Epoch } from './bit-pool.js';
import { CLASS, CLASSES } from './size-classes.js';

const { ALLOC_BITS, FLAGS, MARK_BITS, OBJECTS, SIZECLASS_SHIFT, START } = LAYOUT;

const FREE = 'no epoch';

/** The pool of bits: its chunks belong to one epoch each or are free, and no word belongs to two spans. */
export function auditPool(parts: HeapParts, complain: Complain): void {
  const { pool } = parts.objects;
  const owners = new Map<number, string>();
  const chains: [name: string, first: number][] = [
    [FREE, pool.free],
    ['the next epoch', pool.next.newest],
    ['the current epoch', pool.current.newest],
    ['the previous epoch', pool.previous.newest],
  ];
  for (const [name, first] of chains) {
    for (let chunk = first; chunk >= 0; chunk = pool.links[chunk]) {
      const owner = owners.get(chunk);
      if (owner !== undefined) {
        complain(`bits: chunk ${chunk} belongs to ${owner}, but also to ${name}`);
        return;
      }
      owners.set(chunk, name);
    }
  }
  if (owners.size !== pool.made) {
    complain(`bits: ${pool.made} chunks were made, but there are ${owners.size}`);
  }
  for (const [name, epoch] of [
    ['next', pool.next],
    ['current', pool.current],
    ['previous', pool.previous],
  ] as const) {
    auditFills(pool, name, epoch, complain);
  }
  auditWords(parts, owners, complain);
}

/** The fills of an epoch's arenas, against the words of its chunks. */
function auditFills(pool: BitPool, name: string, epoch: Epoch, complain: Complain): void {
  let chunks = 0;
  for (let chunk = epoch.newest; chunk >= 0; chunk = pool.links[chunk]) chunks += 1;
  let bytes = 0;
  for (const fill of pool.fillsOf(epoch)) {
    bytes += fill;
    if (fill > GC_BITS_CHUNK_BYTES - GC_BITS_HEADER_BYTES) {
      complain(`bits: an arena of the ${name} epoch is filled beyond its end`);
    }
  }
  if (bytes > chunks * CHUNK_WORDS * 4 || (bytes === 0) !== (chunks === 0)) {
    complain(`bits: arenas of the ${name} epoch have ${bytes} bytes, in ${chunks} chunks`);
  }
}

/** Each word belongs to one span at most, and to no free chunk. */
function auditWords({ pages }: HeapParts, owners: ReadonlyMap<number, string>, complain: Complain): void {
  const { words } = pages.records;
  const taken = new Map<number, number>();
  for (const s of allSpans(pages)) {
    if ((words[s + FLAGS] & OBJECTS) === 0) continue;
    const count = CLASSES[(words[s + FLAGS] >>> SIZECLASS_SHIFT) * CLASS.WORDS + CLASS.BIT_WORDS];
    const page = words[s + START];
    for (const [name, first] of [
      ['allocation', words[s + ALLOC_BITS]],
      ['mark', words[s + MARK_BITS]],
    ] as const) {
      const chunk = Math.floor(first / CHUNK_WORDS);
      const owner = owners.get(chunk) ?? FREE;
      if (owner === FREE || Math.floor((first + count - 1) / CHUNK_WORDS) !== chunk) {
        complain(`bits: ${name} bits of the span at page ${page} stand in ${owner}, from word ${first} on`);
        continue;
      }
      for (let word = first; word < first + count; word++) {
        const other = taken.get(word);
        if (other !== undefined) {
          complain(`bits: word ${word} belongs to the spans at pages ${other} and ${page}`);
        }
        taken.set(word, page);
      }
    }
  }
}
