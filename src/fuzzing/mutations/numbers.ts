import type { Chance } from '../../programs/chance.js';
import type { Argument } from '../../programs/index.js';
import {
  CLASS_TO_SIZE,
  MAX_SMALL_SIZE,
  NUM_SIZE_CLASSES,
  PAGE_SIZE,
  TINY_SIZE,
  type HeapConfig,
} from '../../spec/index.js';

const MINUTE = 60e9;

/** The age, in ns, from which on the runtime's own scavenger releases what is free. */
const SCAVENGE_AFTER = 5 * MINUTE;

/** Numbers that are no count of anything. */
const NO_COUNTS = [-1, 0.5, NaN, Infinity, 2 ** 53, Number.MAX_SAFE_INTEGER];

/** A page count at which something changes: of lists, growth, physical pages, the arena. */
export function drawPages(chance: Chance, config: HeapConfig): number {
  const bounds = [
    1,
    config.maxHeapList,
    config.heapAllocChunk / PAGE_SIZE,
    config.growRound / PAGE_SIZE,
    config.physPageSize / PAGE_SIZE,
    config.arenaPages,
  ];
  switch (chance.below(4)) {
    case 0:
      return chance.between(1, 8);
    case 1:
      return chance.magnitude(1, Math.min(config.arenaPages, 4096));
    case 2:
      return Math.max(1, 2 ** chance.below(12) + chance.between(-1, 1));
    default:
      return Math.max(1, Math.floor(chance.pick(bounds)) + chance.between(-1, 1));
  }
}

/** A size of an object, in bytes, at or around a bound of the size classes, or any. */
export function drawSize(chance: Chance, config: HeapConfig): number {
  switch (chance.below(5)) {
    case 0:
      return chance.between(1, TINY_SIZE);
    case 1:
    case 2:
      return Math.max(1, chance.pick(CLASS_TO_SIZE) + chance.between(-1, 1));
    case 3:
      return MAX_SMALL_SIZE + chance.between(-1, 1);
    default:
      return drawPages(chance, config) * PAGE_SIZE + chance.between(-1, 1);
  }
}

/** A time in ns: nothing, about the age of the runtime's scavenger, or any. */
export function drawTime(chance: Chance): number {
  switch (chance.below(4)) {
    case 0:
      return chance.between(0, 3);
    case 1:
      return SCAVENGE_AFTER + chance.between(-1, 1);
    default:
      return chance.magnitude(1, 240 * MINUTE);
  }
}

/** Bytes of allocation over which is swept: so few that each allocation sweeps, or so many that hardly any does. */
export function drawDistance(chance: Chance): number {
  switch (chance.below(4)) {
    case 0:
      return 0;
    case 1:
      return 1_000_000_000;
    default:
      return chance.magnitude(PAGE_SIZE, 2 ** 24);
  }
}

/** The number of a cache: mostly one that there is at the start, at times one more. */
export function drawCache(chance: Chance, { procs }: HeapConfig): number {
  return chance.happens(1 / 16) ? procs + chance.below(2) : chance.below(Math.min(procs, 8));
}

/** Bytes from the base of a span or an object: its base, within its first slots or pages, or just before it. */
export function drawOffset(chance: Chance): number {
  switch (chance.below(6)) {
    case 0:
      return chance.pick(CLASS_TO_SIZE) + chance.between(-1, 1);
    case 1:
      return PAGE_SIZE * chance.magnitude(1, 256) + chance.between(-1, 1);
    case 2:
      return -chance.pick([1, 8, PAGE_SIZE]);
    case 3:
      return chance.magnitude(1, 2 * PAGE_SIZE);
    default:
      return 0;
  }
}

/** An address from the start of the arena: mostly a page of its first ones, or at its end. */
export function drawAddress(chance: Chance, { arenaPages }: HeapConfig): number {
  const page = chance.happens(1 / 4) ? arenaPages - chance.below(2) : chance.magnitude(1, arenaPages) - 1;
  return page * PAGE_SIZE + (chance.happens(1 / 2) ? 0 : chance.pick([1, 8, PAGE_SIZE - 1]));
}

/** A number for the argument `key` of a command, of those at which something changes. */
export function drawArgument(chance: Chance, key: string, config: HeapConfig): number {
  switch (key) {
    case 'npages':
      return drawPages(chance, config);
    case 'sizeclass':
      return chance.below(NUM_SIZE_CLASSES);
    case 'size':
      return drawSize(chance, config);
    case 'scan':
      return chance.pick([0, 0, 8, 16, 64]);
    case 'p':
      return drawCache(chance, config);
    case 'ns':
    case 'limit':
      return drawTime(chance);
    case 'heapDistance':
      return drawDistance(chance);
    default:
      return chance.below(8);
  }
}

/** An argument that no command takes; some take the last of the numbers. */
export function drawWrong(chance: Chance): Argument {
  return chance.happens(1 / 4) ? 'many' : chance.pick(NO_COUNTS);
}

/** An offset at which nothing is, or no number of bytes: outside of the arena, before it, or in the midst of a byte. */
export function drawNowhere(chance: Chance, { arenaPages }: HeapConfig): number {
  const end = arenaPages * PAGE_SIZE;
  return chance.pick([-1, -PAGE_SIZE, 0.5, NaN, end, end + PAGE_SIZE, 2 ** 53]);
}

/** A number near another one. */
export function nudge(chance: Chance, value: number): number {
  switch (chance.below(6)) {
    case 0:
      return value * 2;
    case 1:
      return Math.floor(value / 2);
    case 2:
      return value + chance.pick([-8, 8, -16, 16]);
    default:
      return value + chance.pick([-1, 1]);
  }
}
