import {
  CLASS_TO_SIZE,
  FATAL,
  FatalError,
  initialStatistics,
  PAGE_SIZE,
  type HeapConfig,
  type Host,
  type Operation,
  type OperationResult,
  type Statistics,
} from 'heapspec';

/** A run of pages with one use. */
interface Span {
  base: number;
  end: number;
  use: 'free' | 'heap' | 'stack';
  /** Whether its memory may be something else than zero. */
  dirty: boolean;
  /** Bytes of it that the operating system has back. */
  released: number;
  /** When it became free. */
  since: number;
  /** Bytes of each of its objects, and where there is room for no more of them. */
  size: number;
  limit: number;
  /** Finalizers and profile records, by what they are and where in the span. */
  readonly records: Set<string>;
}

/** What is attached to objects, under the names by which it is counted. */
type Kind = 'finalizersInUse' | 'profilesInUse';

/**
 * A page heap with a policy of its own: it takes the first free span that is long enough. In all else it does what Go's
 * does. So it conforms to the profiles `safety` and `accounting`, and fails `placement` where its policy shows.
 */
export class FirstFitHeap {
  /** All of the arena that is mapped, in address order. */
  private readonly spans: Span[] = [];
  private readonly config: HeapConfig;
  private readonly host: Host;
  private readonly counts = { heap_objects: 0, finalizersInUse: 0, profilesInUse: 0, allspans: 0 };

  constructor(config: HeapConfig, host: Host) {
    this.config = config;
    this.host = host;
  }

  perform(operation: Operation): OperationResult {
    switch (operation.op) {
      case 'alloc': {
        const span = this.take(count(operation.npages), integer(operation.sizeclass, 0, 66));
        if (span === undefined) return null;
        const zeroed = operation.needzero && span.dirty;
        if (zeroed) this.host.clear(span.base, span.end - span.base);
        Object.assign(span, { use: 'heap', dirty: false });
        if (operation.large) this.counts.heap_objects++;
        return { base: span.base, zeroed };
      }
      case 'allocStack': {
        const span = this.take(count(operation.npages), 0);
        if (span === undefined) return null;
        span.use = 'stack';
        return { base: span.base };
      }
      case 'free':
        this.free(operation.base, 'heap', operation.needzero);
        this.counts.heap_objects -= operation.acct;
        return undefined;
      case 'freeStack':
        this.free(operation.base, 'stack', true);
        return undefined;
      case 'tick':
        this.host.tick(integer(operation.ns, 0, Number.MAX_SAFE_INTEGER - this.host.nanotime()));
        return undefined;
      case 'scavenge': {
        const limit = integer(operation.limit, 0);
        return this.release(({ since }) => this.host.nanotime() - since > limit);
      }
      case 'freeOSMemory':
        return this.release(() => true);
      case 'query':
        return this.query(operation.addr);
      case 'addFinalizer':
        return { added: this.attach('finalizersInUse', operation) };
      case 'removeFinalizer':
        return this.detach('finalizersInUse', operation);
      case 'setProfile':
        if (this.attach('profilesInUse', operation)) return undefined;
        throw new FatalError(FATAL.profileAlreadySet);
      default:
        throw new TypeError(`this heap has no ${operation.op}`);
    }
  }

  statistics(): Statistics {
    const { spans, counts } = this;
    const bytesOf = (...uses: readonly Span['use'][]): number =>
      spans.reduce((sum, { use, base, end }) => sum + (uses.includes(use) ? end - base : 0), 0);
    counts.allspans = Math.max(counts.allspans, spans.length);
    return {
      ...initialStatistics(this.config.procs),
      ...counts,
      spansInUse: spans.length,
      heap_inuse: bytesOf('heap', 'stack'),
      heap_idle: bytesOf('free'),
      heap_sys: bytesOf('heap', 'stack', 'free'),
      arenaUsed: bytesOf('heap', 'stack', 'free'),
      heap_released: spans.reduce((sum, { released }) => sum + released, 0),
      stacks_inuse: bytesOf('stack'),
      pagesInUse: bytesOf('heap') / PAGE_SIZE,
    };
  }

  /** Cuts `npages` pages off the first free span that is long enough: this is the policy. */
  private take(npages: number, sizeclass: number): Span | undefined {
    const bytes = npages * PAGE_SIZE;
    const first = (): Span | undefined =>
      this.spans.find(({ use, base, end }) => use === 'free' && end - base >= bytes);
    const span = first() ?? (this.grow(bytes) ? first() : undefined);
    if (span === undefined) return undefined;
    if (span.released > 0) this.host.sysUsed(span.base, span.end - span.base);
    const end = span.base + bytes;
    if (end < span.end) {
      const rest = { ...span, base: end, released: 0, records: new Set<string>() };
      this.spans.splice(this.spans.indexOf(span) + 1, 0, rest);
    }
    const size = sizeclass === 0 ? bytes : CLASS_TO_SIZE[sizeclass];
    return Object.assign(span, { end, released: 0, size, limit: end - (bytes % size) });
  }

  /** Maps more of the arena: a whole chunk, or no more than is needed where that is not to be had. */
  private grow(bytes: number): boolean {
    const { growRound, heapAllocChunk, arenaPages } = this.config;
    const base = this.spans.at(-1)?.end ?? 0;
    const needed = Math.ceil(bytes / growRound) * growRound;
    const mapped = [...new Set([Math.max(needed, heapAllocChunk), needed])].find(
      (more) => base + more <= arenaPages * PAGE_SIZE && this.host.sysMap(base, more),
    );
    if (mapped === undefined) return false;
    const fresh = { use: 'free', dirty: false, released: 0, since: 0, size: 0, limit: 0 } as const;
    const span: Span = { ...fresh, base, end: base + mapped, records: new Set() };
    this.spans.push(span);
    this.becomeFree(span);
    return true;
  }

  private free(base: number, use: Span['use'], dirty: boolean): void {
    if (typeof base !== 'number') throw new TypeError(`${String(base)} is no address`);
    const span = this.spans.find((one) => one.base === base);
    if (span === undefined) throw new RangeError(`no span begins at ${base}`);
    if (span.use === 'free') throw new FatalError(FATAL.freeInvalidState);
    if (span.use !== use) throw new RangeError(`the span at ${base} is for ${span.use}`);
    span.dirty ||= dirty;
    span.use = 'free';
    this.becomeFree(span);
  }

  /** Begins the age of a free span, and merges it with the free ones beside it. */
  private becomeFree(span: Span): void {
    span.since = this.host.nanotime();
    const at = this.spans.indexOf(span);
    for (const beside of [this.spans.at(at + 1), at > 0 ? this.spans[at - 1] : undefined]) {
      if (beside?.use !== 'free') continue;
      span.base = Math.min(span.base, beside.base);
      span.end = Math.max(span.end, beside.end);
      span.dirty ||= beside.dirty;
      span.released += beside.released;
      this.spans.splice(this.spans.indexOf(beside), 1);
    }
  }

  /** Gives the whole physical pages of free spans back to the operating system; tells how many bytes are new there. */
  private release(isWanted: (span: Span) => boolean): number {
    const { physPageSize } = this.config;
    let sum = 0;
    for (const span of this.spans.filter((one) => one.use === 'free' && isWanted(one))) {
      const from = Math.ceil(span.base / physPageSize) * physPageSize;
      const bytes = Math.max(Math.floor(span.end / physPageSize) * physPageSize - from, 0);
      if (bytes === span.released) continue;
      this.host.sysUnused(from, bytes);
      sum += bytes - span.released;
      span.released = bytes;
    }
    return sum;
  }

  private query(addr: number | undefined): OperationResult {
    const nil = -this.config.arenaStart;
    const at = addr === undefined ? nil : integer(addr, Number.MIN_SAFE_INTEGER);
    const span = this.spanAt(at);
    const object = span?.use === 'heap' && at < span.limit ? span : undefined;
    const known = at === nil ? undefined : (object ?? (span?.use === 'stack' ? span : undefined));
    return {
      inheap: object !== undefined && at !== nil,
      inHeapOrStack: known !== undefined,
      lookupMaybe: object?.base ?? null,
      mlookup: object ? [at - ((at - object.base) % object.size), object.size] : null,
      ...(known && { spanOf: known.base }),
    };
  }

  /** Adds a record, unless there is one of its kind at the address, and says whether it did. */
  private attach(kind: Kind, { p, addr, id }: { p: number; addr: number; id: number }): boolean {
    const { span, offset } = this.objectAt(p, addr, id, FATAL.addSpecial);
    if (span.records.has(`${kind} ${offset}`)) return false;
    this.counts[kind]++;
    // Like the runtime's, a record has 16 bits for its place.
    span.records.add(`${kind} ${offset % 2 ** 16}`);
    return true;
  }

  private detach(kind: Kind, { p, addr }: { p: number; addr: number }): undefined {
    const { span, offset } = this.objectAt(p, addr, 0, FATAL.removeSpecial);
    if (span.records.delete(`${kind} ${offset}`)) this.counts[kind]--;
  }

  private objectAt(p: number, addr: number, id: number, fatal: string): { span: Span; offset: number } {
    integer(p, 0, this.config.procs - 1);
    integer(addr, Number.MIN_SAFE_INTEGER);
    integer(id, 0);
    const span = this.spanAt(addr);
    if (span?.use !== 'heap' || addr >= span.limit) throw new FatalError(fatal);
    return { span, offset: addr - span.base };
  }

  private spanAt(addr: number): Span | undefined {
    return this.spans.find(({ base, end }) => base <= addr && addr < end);
  }
}

/** A number of pages. */
function count(npages: number): number {
  return integer(npages, 1, 2 ** 39);
}

function integer(value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number') throw new TypeError(`${String(value)} is no number`);
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${value} is no integer from ${least} to ${most}`);
}
