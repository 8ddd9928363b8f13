import {
  GROW_ROUND,
  HEAP_ALLOC_CHUNK,
  MAX_ARENA_PAGES,
  MAX_ARENA_START,
  MAX_HEAP_LIST,
  MAX_PHYS_PAGE_SIZE,
  MIN_PHYS_PAGE_SIZE,
  PAGE_SIZE,
} from './constants.js';

/** What a heap is built for. */
export interface HeapConfig {
  /** Bytes of a page of the operating system: a power of two from 4096 to 1 MiB. */
  readonly physPageSize: number;
  /** Pages of 8192 bytes that may ever be mapped: 1 to 2^26. */
  readonly arenaPages: number;
  /** Caches that exist at the start, numbered from 0: 1 to 1024. */
  readonly procs: number;
  /** Address of the arena's first byte: a multiple of 1 MiB up to 2^52. No answer but that to the nil pointer depends on it. */
  readonly arenaStart: number;
  /** Least bytes that the heap asks of the operating system at a time: a multiple of `growRound`, up to 1 GiB. */
  readonly heapAllocChunk: number;
  /** What it asks for is a multiple of this many bytes: a power of two from 8192 to 1 MiB. */
  readonly growRound: number;
  /** Spans of fewer pages have a free list and a busy list of their own length: 1 to 128. */
  readonly maxHeapList: number;
}

/** The runtime's own values, on a machine with pages of 4096 bytes and an arena of 512 MiB. */
export const DEFAULT_CONFIG: HeapConfig = {
  physPageSize: 4096,
  arenaPages: 65536,
  procs: 1,
  arenaStart: 0xc000000000,
  heapAllocChunk: HEAP_ALLOC_CHUNK,
  growRound: GROW_ROUND,
  maxHeapList: MAX_HEAP_LIST,
};

/** The names of all settings of a {@link HeapConfig}. */
export const CONFIG_NAMES = Object.keys(DEFAULT_CONFIG) as readonly (keyof HeapConfig)[];

/**
 * Completes a configuration with the defaults and checks it.
 *
 * @throws TypeError where a setting is unknown or no number.
 * @throws RangeError where a setting is out of its range; the message names it, its value and its range.
 */
export function heapConfig(settings: Partial<HeapConfig> = {}): HeapConfig {
  for (const [name, value] of Object.entries(settings) as [string, unknown][]) {
    if (!Object.hasOwn(DEFAULT_CONFIG, name)) {
      throw new TypeError(`unknown setting ${name}: a configuration has ${CONFIG_NAMES.join(', ')}`);
    }
    if (typeof value !== 'number') {
      throw new TypeError(`${name} must be a number, not ${value === null ? 'null' : typeof value}`);
    }
  }
  const config = { ...DEFAULT_CONFIG, ...settings };
  powerOfTwo(config, 'physPageSize', MIN_PHYS_PAGE_SIZE, MAX_PHYS_PAGE_SIZE);
  integer(config, 'arenaPages', 1, MAX_ARENA_PAGES);
  integer(config, 'procs', 1, 1024);
  multiple(config, 'arenaStart', 1 << 20, MAX_ARENA_START);
  powerOfTwo(config, 'growRound', PAGE_SIZE, 1 << 20);
  multiple(config, 'heapAllocChunk', config.growRound, 2 ** 30);
  integer(config, 'maxHeapList', 1, MAX_HEAP_LIST);
  return config;
}

function integer(config: HeapConfig, name: keyof HeapConfig, least: number, most: number): void {
  const value = config[name];
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
  }
}

function powerOfTwo(config: HeapConfig, name: keyof HeapConfig, least: number, most: number): void {
  const value = config[name];
  if (!(value >= least && value <= most && Number.isInteger(Math.log2(value)))) {
    throw new RangeError(`${name} must be a power of two from ${least} to ${most}, not ${value}`);
  }
}

function multiple(config: HeapConfig, name: keyof HeapConfig, unit: number, most: number): void {
  const value = config[name];
  if (!Number.isInteger(value) || value < 0 || value > most || value % unit !== 0) {
    throw new RangeError(`${name} must be a multiple of ${unit} from 0 to ${most}, not ${value}`);
  }
}
