import { MAX_REQUEST_BYTES, MAX_REQUEST_PAGES, PAGE_SIZE, TINY_SIZE } from '../spec/index.js';
import type { Call, Operand } from './contract.js';

/** What a program was given by a call, as long as it may use it. */
export interface Holding {
  readonly id: number;
  readonly kind: 'heap' | 'stack' | 'object';
  /** Bytes that the program asked for. */
  readonly bytes: number;
  /** The size class of a span; 0 for objects. */
  readonly sizeclass: number;
  /** Whether it may lie in a block with others, whose marks are not its own. */
  readonly tiny: boolean;
  /** Whether the cycle that is under way leaves it. */
  kept: boolean;
  /** Offsets at which it has a heap profile record, and at which it has a finalizer. */
  readonly profiled: Set<number>;
  readonly finalized: Set<number>;
}

const { MAX_SAFE_INTEGER } = Number;

/**
 * Offsets in what is held, up to here, at which records may be attached: the runtime keeps 16 bits of the offset in a
 * span, and no object lies so far behind in its span that this comes to more.
 */
const ATTACHABLE = 8192;

/**
 * What a program holds, as it may know without looking at the heap: spans until it frees them, objects until the end of
 * the first cycle that neither saw the object itself marked nor, but for tiny ones, allocated while marking. So no
 * operation on what is held depends on where a heap puts things, and how it packs tiny objects.
 */
export class Holdings {
  private readonly held = new Map<number, Holding>();
  private readonly known = new Set<number>();
  private readonly caches = new Set<number>();
  private nextCache: number;
  private marking = false;

  constructor(procs: number) {
    for (let p = 0; p < procs; p++) this.caches.add(p);
    this.nextCache = procs;
  }

  /** The number that the next cache gets. */
  get cacheToCome(): number {
    return this.nextCache;
  }

  get cacheCount(): number {
    return this.caches.size;
  }

  /** What is held at the place of an operand, and how many bytes from its start; undefined where nothing is. */
  at(operand: Operand | boolean | string | undefined): { holding: Holding; offset: number } | undefined {
    if (typeof operand !== 'object') return undefined;
    const holding = this.held.get(operand.of);
    return holding && { holding, offset: operand.offset };
  }

  /** Whether the operation is sound on any heap, and must therefore end well, if memory lasts. */
  allows({ op, args }: Call): boolean {
    switch (op) {
      case 'alloc':
        return isIn(args.npages, 1, MAX_REQUEST_PAGES) && isIn(args.sizeclass, 0, 66);
      case 'allocStack':
        return isIn(args.npages, 1, MAX_REQUEST_PAGES);
      case 'free':
        // What hangs on a span of pages that is freed is found again on the next one there.
        return this.isStartOf('heap', args.base) && this.at(args.base)?.holding.finalized.size === 0;
      case 'freeStack':
        return this.isStartOf('stack', args.base);
      case 'tick':
        return isIn(args.ns, 0, MAX_SAFE_INTEGER);
      case 'scavenge':
        return isIn(args.limit, 0, MAX_SAFE_INTEGER);
      case 'query':
        return this.mayAsk(args.addr);
      case 'addFinalizer':
      case 'setProfile':
        return this.hasCache(args.p) && isIn(args.id, 0, MAX_SAFE_INTEGER) && this.mayAttach(op, args.addr);
      case 'removeFinalizer':
        return this.hasCache(args.p) && this.mayAttach(op, args.addr);
      case 'malloc':
        return (
          this.hasCache(args.p) &&
          isIn(args.size, 1, MAX_REQUEST_BYTES) &&
          isIn(args.scan, 0, Number(args.size))
        );
      case 'flush':
      case 'sweepone':
        return this.hasCache(args.p);
      case 'removeProc':
        return this.hasCache(args.p) && this.caches.size > 1;
      case 'gcStart':
        return !this.marking;
      case 'mark': {
        const place = this.at(args.addr);
        return this.marking && place?.holding.kind === 'object' && isWithin(place);
      }
      case 'gcEnd':
        return this.marking && isIn(args.heapDistance, 0, MAX_SAFE_INTEGER) && !this.hasSpans();
      case 'freeOSMemory':
      case 'addProc':
        return true;
    }
  }

  /** Notes a call that ended well, and gives what the program no longer holds. */
  apply({ op, args, id }: Call): Holding[] {
    switch (op) {
      case 'alloc':
        if (id !== undefined) this.hold(id, 'heap', Number(args.npages) * PAGE_SIZE, Number(args.sizeclass));
        return [];
      case 'allocStack':
        if (id !== undefined) this.hold(id, 'stack', Number(args.npages) * PAGE_SIZE, 0);
        return [];
      case 'malloc': {
        const bytes = Number(args.size);
        if (id !== undefined) this.hold(id, 'object', bytes, 0, bytes < TINY_SIZE && args.scan === 0);
        return [];
      }
      case 'free':
      case 'freeStack':
        return this.drop(this.at(args.base)?.holding);
      case 'setProfile': {
        const place = this.at(args.addr);
        place?.holding.profiled.add(place.offset);
        return [];
      }
      case 'addFinalizer': {
        const place = this.at(args.addr);
        place?.holding.finalized.add(place.offset);
        return [];
      }
      case 'removeFinalizer': {
        const place = this.at(args.addr);
        place?.holding.finalized.delete(place.offset);
        return [];
      }
      case 'addProc':
        this.caches.add(this.nextCache++);
        return [];
      case 'removeProc':
        this.caches.delete(Number(args.p));
        return [];
      case 'gcStart':
        this.marking = true;
        return [];
      case 'mark': {
        const place = this.at(args.addr);
        if (place && isWithin(place)) place.holding.kept = true;
        return [];
      }
      case 'gcEnd':
        return this.endMarking();
      default:
        return [];
    }
  }

  private hold(id: number, kind: Holding['kind'], bytes: number, sizeclass: number, tiny = false): void {
    this.known.add(id);
    const kept = this.marking && kind === 'object' && !tiny;
    this.held.set(id, { id, kind, bytes, sizeclass, tiny, kept, profiled: new Set(), finalized: new Set() });
  }

  private drop(holding: Holding | undefined): Holding[] {
    if (holding === undefined) return [];
    this.held.delete(holding.id);
    return [holding];
  }

  private endMarking(): Holding[] {
    if (!this.marking) return [];
    this.marking = false;
    const dead = [...this.held.values()].filter(({ kind, kept }) => kind === 'object' && !kept);
    for (const { id } of dead) this.held.delete(id);
    for (const holding of this.held.values()) holding.kept = false;
    return dead;
  }

  private isStartOf(kind: Holding['kind'], operand: Call['args'][string] | undefined): boolean {
    const place = this.at(operand);
    return place?.holding.kind === kind && place.offset === 0;
  }

  /** Any address may be asked about; of what was given, also when it is no longer held. */
  private mayAsk(operand: Call['args'][string] | undefined): boolean {
    if (typeof operand === 'object') {
      return this.known.has(operand.of) && Number.isSafeInteger(operand.offset);
    }
    return operand === undefined || isIn(operand, -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
  }

  /** Whether a record may be attached there: in spans of size classes it depends on what lay there before. */
  private mayAttach(op: Call['op'], operand: Call['args'][string] | undefined): boolean {
    const place = this.at(operand);
    if (place === undefined || !isWithin(place) || place.offset >= ATTACHABLE) return false;
    const { kind, sizeclass, profiled } = place.holding;
    if (kind === 'stack' || sizeclass !== 0) return false;
    return op !== 'setProfile' || (kind === 'object' && !profiled.has(place.offset));
  }

  private hasCache(p: Call['args'][string] | undefined): boolean {
    return typeof p === 'number' && this.caches.has(p);
  }

  /** A cycle can't sweep spans of pages, in which there are no objects. */
  private hasSpans(): boolean {
    for (const { kind } of this.held.values()) if (kind === 'heap') return true;
    return false;
  }
}

function isWithin({ holding, offset }: { holding: Holding; offset: number }): boolean {
  return offset >= 0 && offset < holding.bytes;
}

function isIn(value: Operand | boolean | string | undefined, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
}
