import {
  CLASS_TO_SIZE,
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  TINY_SIZE,
  type HeapConfig,
  type MallocOperation,
  type OperationResult,
} from '../spec/index.js';
import { isTiny, sizeClassOf, type ObjectLife } from './object-lives.js';
import type { Handle } from './program.js';

/** A live object, and where it lies. */
export interface LiveObject {
  readonly handle: Handle;
  /** Byte offset from the start of the arena. */
  readonly addr: number;
  /** Bytes that were asked for. */
  readonly size: number;
  /** Base and bytes of the slot that it lies in: of its size class, or whole pages where it is large. */
  readonly slot: readonly [base: number, bytes: number];
  /** Up to here, in bytes from the start of the arena, addresses are in it: what is behind a large object is in none. */
  readonly limit: number;
  readonly life: ObjectLife;
}

/** A part of the arena that is taken: its first byte, the byte behind its last, and what it is called. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** A live object that lies at `addr`. */
export function liveObject(
  handle: Handle,
  addr: number,
  { size, scan }: MallocOperation,
  life: ObjectLife,
): LiveObject {
  const slot = slotOf(addr, size, scan);
  return { handle, addr, size, slot, limit: size > MAX_SMALL_SIZE ? addr + size : slot[0] + slot[1], life };
}

/** Base and bytes of the slot of an object that lies at `addr`. */
function slotOf(addr: number, size: number, scan: number): readonly [base: number, bytes: number] {
  if (isTiny(size, scan)) return [addr - (addr % TINY_SIZE), TINY_SIZE];
  return [
    addr,
    size > MAX_SMALL_SIZE ? Math.ceil(size / PAGE_SIZE) * PAGE_SIZE : CLASS_TO_SIZE[sizeClassOf(size)],
  ];
}

/**
 * Says what is wrong with what `malloc` gave: where the object lies, and whether it was cleared. Null where nothing is.
 *
 * @param taken What is live before the operation.
 */
export function aboutObject(
  { arenaPages }: HeapConfig,
  taken: Iterable<Extent>,
  { size, scan, needzero }: MallocOperation,
  result: OperationResult,
): string | null {
  const { addr, zeroed } = Object(result) as { readonly addr?: unknown; readonly zeroed?: unknown };
  if (typeof addr !== 'number') return 'it must give an object';
  const unit = unitOf(size, scan);
  if (addr % unit !== 0) return `the object's address ${addr} must be a multiple of ${unit}`;
  const [base, bytes] = slotOf(addr, size, scan);
  const end = addr + size;
  if (end > base + bytes) {
    return `the object from ${addr} to ${end} must lie in one block of ${TINY_SIZE} bytes`;
  }
  if (!(addr >= 0 && base + bytes <= arenaPages * PAGE_SIZE)) {
    return `the object from ${addr} to ${end} must lie in the arena`;
  }
  for (const other of taken) {
    if (addr < other.end && other.start < end) {
      return `the object from ${addr} to ${end} must not overlap ${other.name}, from ${other.start} to ${other.end}`;
    }
  }
  if (typeof zeroed !== 'boolean') return 'it must say whether the object was cleared';
  return zeroed && !needzero && !isTiny(size, scan) ? 'it must not clear an object unasked' : null;
}

/** What the address of an object is a multiple of: what its size is, since spans begin on pages. */
function unitOf(size: number, scan: number): number {
  if (isTiny(size, scan)) return size % 8 === 0 ? 8 : size % 4 === 0 ? 4 : size % 2 === 0 ? 2 : 1;
  if (size > MAX_SMALL_SIZE) return PAGE_SIZE;
  const elemsize = CLASS_TO_SIZE[sizeClassOf(size)];
  return Math.min(elemsize & -elemsize, PAGE_SIZE);
}
