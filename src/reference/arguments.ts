import { MAX_REQUEST_PAGES, NUM_SIZE_CLASSES } from '../spec/index.js';
import type { Cache } from './cache.js';
import type { Mheap } from './mheap.js';
import type { Span } from './span.js';

/**
 * Checks a number among the arguments of an operation.
 *
 * @throws TypeError where it is no number.
 * @throws RangeError where it is no integer or lies outside of `least` to `most`.
 */
export function integer(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
  }
  return value;
}

/** Checks a count of pages that is asked for. */
export function pageCount(value: unknown): number {
  return integer('npages', value, 1, MAX_REQUEST_PAGES);
}

/** Checks the number of a size class; 0 stands for none. */
export function sizeClass(value: unknown): number {
  return integer('sizeclass', value, 0, NUM_SIZE_CLASSES - 1);
}

/** Checks a time, in ns, or an identity. */
export function natural(name: string, value: unknown): number {
  return integer(name, value, 0, Number.MAX_SAFE_INTEGER);
}

/** Checks an address, which may lie outside of the arena. */
export function address(value: unknown): number {
  return integer('addr', value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

/**
 * Finds a cache by its number.
 *
 * @throws TypeError where the number is none.
 * @throws RangeError where there is no such cache, or an operation that works on it is under way.
 */
export function cacheAt(h: Mheap, p: unknown): Cache {
  const cache = h.caches[integer('p', p, 0, h.caches.length - 1)];
  if (cache === null) throw new RangeError(`cache ${String(p)} was removed`);
  if (h.underWay.includes(cache)) throw new RangeError(`cache ${String(p)} is in the midst of an operation`);
  return cache;
}

/**
 * Checks a truth value among the arguments of an operation.
 *
 * @throws TypeError where it is none.
 */
export function flag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, not ${typeof value}`);
  return value;
}

/**
 * Finds the span that begins at an address.
 *
 * @throws TypeError where the address is no number.
 * @throws RangeError where no span begins there.
 */
export function spanAt(h: Mheap, base: unknown): Span {
  if (typeof base !== 'number') throw new TypeError(`base must be a number, not ${typeof base}`);
  const span = h.spans.find((s) => s.base === base);
  if (span === undefined) throw new RangeError(`no span begins at ${base}`);
  return span;
}
