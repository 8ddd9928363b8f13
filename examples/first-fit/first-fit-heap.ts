import {
  FATAL,
  FatalError,
  PAGE_SIZE,
  type HeapConfig,
  type Operation,
  type OperationResult,
} from 'heapspec';

interface Span {
  readonly base: number;
  readonly end: number;
  readonly stack: boolean;
  /** Addresses at which finalizers and profile records are attached. */
  readonly finalizers: Set<number>;
  readonly profiles: Set<number>;
}

/**
 * A page heap with a policy of its own: the first gap that is wide enough. It conforms to the profile `safety`; since
 * the runtime puts spans elsewhere, it does not conform to `placement`.
 */
export class FirstFitHeap {
  /** In address order. */
  private live: readonly Span[] = [];
  private clock = 1;
  private readonly arenaStart: number;
  private readonly arenaBytes: number;

  constructor({ arenaStart, arenaPages }: HeapConfig) {
    this.arenaStart = arenaStart;
    this.arenaBytes = arenaPages * PAGE_SIZE;
  }

  perform(operation: Operation): OperationResult {
    switch (operation.op) {
      case 'alloc': {
        check(operation.sizeclass, 0, 66);
        const base = this.allocate(operation.npages, false);
        // It does not know what is dirty, so it clears all that must be zero.
        return base === null ? null : { base, zeroed: operation.needzero };
      }
      case 'allocStack': {
        const base = this.allocate(operation.npages, true);
        return base === null ? null : { base };
      }
      case 'free':
        return this.release(operation.base, false);
      case 'freeStack':
        return this.release(operation.base, true);
      case 'tick':
        check(operation.ns, 0, Number.MAX_SAFE_INTEGER - this.clock);
        this.clock += operation.ns;
        return undefined;
      case 'scavenge':
        check(operation.limit, 0);
        return 0;
      case 'freeOSMemory':
        return 0;
      case 'query':
        return this.query(operation.addr);
      case 'addFinalizer': {
        const { finalizers } = this.inUse(operation.addr, FATAL.addSpecial);
        if (finalizers.has(operation.addr)) return { added: false };
        finalizers.add(operation.addr);
        return { added: true };
      }
      case 'removeFinalizer':
        return void this.inUse(operation.addr, FATAL.removeSpecial).finalizers.delete(operation.addr);
      case 'setProfile': {
        const { profiles } = this.inUse(operation.addr, FATAL.addSpecial);
        if (profiles.has(operation.addr)) throw new FatalError(FATAL.profileAlreadySet);
        profiles.add(operation.addr);
        return undefined;
      }
      default:
        throw new TypeError(`this heap has no ${operation.op}`);
    }
  }

  private allocate(npages: number, stack: boolean): number | null {
    check(npages, 1);
    const bytes = npages * PAGE_SIZE;
    let base = 0;
    for (const span of this.live) {
      if (span.base - base >= bytes) break;
      base = span.end;
    }
    if (base + bytes > this.arenaBytes) return null;
    const span: Span = { base, end: base + bytes, stack, finalizers: new Set(), profiles: new Set() };
    this.live = [...this.live, span].sort((a, b) => a.base - b.base);
    return base;
  }

  private release(base: number, stack: boolean): undefined {
    const span = this.live.find((one) => one.base === base);
    if (span === undefined) throw new RangeError(`no span begins at ${base}`);
    if (span.stack !== stack) throw new FatalError(stack ? FATAL.freeInvalidStack : FATAL.freeInvalid);
    this.live = this.live.filter((one) => one !== span);
  }

  private query(addr: number | undefined): OperationResult {
    if (addr !== undefined) check(addr, Number.MIN_SAFE_INTEGER);
    const isNil = addr === undefined || this.arenaStart + addr === 0;
    const span = isNil ? undefined : this.at(addr);
    const inheap = span !== undefined && !span.stack;
    return {
      inheap,
      inHeapOrStack: span !== undefined,
      lookupMaybe: inheap ? span.base : null,
      mlookup: inheap ? [span.base, span.end - span.base] : null,
      ...(span && { spanOf: span.base }),
    };
  }

  private inUse(addr: number, otherwise: string): Span {
    const span = this.at(addr);
    if (span === undefined || span.stack) throw new FatalError(otherwise);
    return span;
  }

  private at(addr: number): Span | undefined {
    return this.live.find(({ base, end }) => base <= addr && addr < end);
  }
}

function check(value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (typeof value !== 'number') throw new TypeError(`${String(value)} is no number`);
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${value} is no integer from ${least} to ${most}`);
}
