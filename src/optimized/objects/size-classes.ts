import {
  CLASS_TO_PAGES,
  CLASS_TO_SIZE,
  MAX_SMALL_SIZE,
  NUM_SIZE_CLASSES,
  PAGE_SIZE,
} from '../../spec/index.js';

/** How to divide an offset by an object size without a division: `((offset >>> shift) * mul) >>> shift2`. */
export interface DivMagic {
  /** Zero bits at the low end of the size (`divShift`). */
  readonly shift: number;
  /** `divMul`. */
  readonly mul: number;
  /** `divShift2`. */
  readonly shift2: number;
  /** Not 0 where the size is a power of two: an offset & this is the object's (`baseMask`). */
  readonly baseMask: number;
}

/**
 * Finds how to divide by `size`, for offsets below `end`.
 *
 * With size = odd * 2^shift and mul = ceil(2^k / odd) the quotient comes out too large by n * e / (odd * 2^k), where
 * e = mul * odd - 2^k. That shows first at the largest n that is one less than a multiple of odd, whose quotient lies
 * 1 / odd below a whole number.
 */
export function divMagic(size: number, end: number): DivMagic {
  const shift = 31 - Math.clz32(size & -size);
  const odd = size >>> shift;
  const most = (end - 1) >>> shift;
  const worst = Math.floor((most + 1) / odd) * odd - 1;
  let shift2 = 0;
  let mul = 1;
  while (worst * (mul * odd - 2 ** shift2) >= 2 ** shift2) {
    shift2 += 1;
    mul = Math.ceil(2 ** shift2 / odd);
  }
  return { shift, mul, shift2, baseMask: odd === 1 ? 0x10000 - size : 0 };
}

/** Words of a class in {@link CLASSES}, and what they mean. */
export const CLASS = {
  WORDS: 8,
  /** Objects in a span. */
  NELEMS: 0,
  /** Pages of a span (`class_to_allocnpages`). */
  PAGES: 1,
  /** {@link DivMagic} in one word: `mul`, from bit 16 on `shift2`, from bit 24 on `shift`; the sign bit is set. */
  MAGIC: 2,
  /** Words of the mark bits of a span, or of its allocation bits: one for up to 32 objects, else whole blocks of 64 bits. */
  BIT_WORDS: 3,
  /** Bytes of the same in the runtime: whole blocks of 64 bits always. */
  ARENA_BYTES: 4,
} as const;

const { WORDS, NELEMS, PAGES, MAGIC, BIT_WORDS, ARENA_BYTES } = CLASS;

/** Bytes of an object of each class (`class_to_size`): by themselves, since each malloc and each mark needs them. */
export const SIZES = Int32Array.from(CLASS_TO_SIZE);

/** All else that is the same for each span of a class. Class 0, a single large object, has 1 object; its index is 0 always. */
export const CLASSES = new Int32Array(NUM_SIZE_CLASSES * WORDS);

/** Size class of a request of n bytes, 1 to 32768: at (n - 1) / 8, rounded down. */
export const CLASS_BY_8 = new Uint8Array(MAX_SMALL_SIZE / 8);

/** The smallest class whose objects have at least `bytes`, 1 to 32768. */
export function sizeToClass(bytes: number): number {
  return CLASS_BY_8[(bytes - 1) >>> 3];
}

/** The object of a span of a class in which a byte lies, `offset` bytes from the span's base. */
export function objectIndex(sizeclass: number, offset: number): number {
  return sizeclass === 0 ? 0 : quotient(offset, CLASSES[sizeclass * WORDS + MAGIC]);
}

/** An offset divided by an object size, which is given by its {@link CLASS}.MAGIC. */
export function quotient(offset: number, magic: number): number {
  return Math.imul(offset >>> (magic >>> 24), magic & 0xffff) >>> (magic >>> 16);
}

CLASSES[NELEMS] = 1;
CLASSES[BIT_WORDS] = 1;
CLASSES[ARENA_BYTES] = 8;
let at8 = 0;
for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
  const size = CLASS_TO_SIZE[sizeclass];
  const pages = CLASS_TO_PAGES[sizeclass];
  const { shift, mul, shift2 } = divMagic(size, pages * PAGE_SIZE);
  const c = sizeclass * WORDS;
  const nelems = Math.floor((pages * PAGE_SIZE) / size);
  CLASSES[c + NELEMS] = nelems;
  CLASSES[c + PAGES] = pages;
  CLASSES[c + BIT_WORDS] = nelems <= 32 ? 1 : Math.ceil(nelems / 64) * 2;
  CLASSES[c + ARENA_BYTES] = Math.ceil(nelems / 64) * 8;
  CLASSES[c + MAGIC] = (1 << 31) | (shift << 24) | (shift2 << 16) | mul;
  while (at8 < CLASS_BY_8.length && at8 * 8 < size) CLASS_BY_8[at8++] = sizeclass;
}
