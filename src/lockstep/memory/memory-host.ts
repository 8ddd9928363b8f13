import {
  PAGE_SIZE,
  type AllocResult,
  type AllocStackResult,
  type HeapConfig,
  type MallocOperation,
  type MallocResult,
  type Operation,
  type OperationResult,
} from '../../spec/index.js';
import { scatter } from '../decisions.js';
import { RecordingHost, type RecordingHostOptions } from '../recording-host.js';
import { Memory } from './memory.js';
import { ObjectMemory } from './object-memory.js';
import { patternOf } from './pattern.js';
import { WordMap } from './word-map.js';

/** Bytes of a grain of ownership: the least physical page. */
const GRAIN = 4096;

/** Of a longer release, several physical pages are kept or zeroed together: deciding on each would take seconds. */
const MOST_DECISIONS = 4096;

/** A span that a program holds. */
interface LiveSpan {
  /** Counted from 1 in the order of allocation. */
  readonly id: number;
  readonly base: number;
  readonly bytes: number;
}

/**
 * A host that owns the arena's bytes and plays the program that uses them. It fills each live span with a pattern of
 * its own and looks at it again when the span is freed and at the end; it keeps or zeroes released pages, one by one,
 * as its script's seed has it; and it notes in {@link problems} whatever no heap may do: give out memory that is in use,
 * unmapped, still released or, where zeroed memory was asked for, dirty; or clear or release memory that is in use.
 */
export class MemoryHost extends RecordingHost {
  /** What the heap did wrong, in sentences, in the order of finding. */
  readonly problems: string[] = [];
  private readonly memory = new Memory();
  /** The id of the live span that has each grain, or 0. */
  private readonly owners = new WordMap();
  /** 1 for each grain that was released and not yet said to be used again. */
  private readonly released = new WordMap();
  private readonly live = new Map<number, LiveSpan>();
  private readonly objects = new ObjectMemory(this.memory, this.problems);
  /** Whether the operation that runs ends a cycle's marking, and has not yet swept anything. */
  private endsMarking = false;
  private readonly config: HeapConfig;
  private mapped = 0;
  private lastId = 0;

  constructor(config: HeapConfig, options: RecordingHostOptions = {}) {
    super(options);
    this.config = config;
  }

  override sysMap(offset: number, bytes: number): boolean {
    const what = `map ${range(offset, bytes)}`;
    if (offset !== this.mapped) this.problems.push(`${what}: the mapped arena ends at ${this.mapped}`);
    if (!(bytes > 0 && bytes % PAGE_SIZE === 0)) this.problems.push(`${what}: not a number of whole pages`);
    const reserved = this.config.arenaPages * PAGE_SIZE;
    if (offset + bytes > reserved) this.problems.push(`${what}: the reserved arena ends at ${reserved}`);
    if (!super.sysMap(offset, bytes)) return false;
    this.mapped = Math.max(this.mapped, offset + bytes);
    return true;
  }

  override sysUsed(offset: number, bytes: number): void {
    super.sysUsed(offset, bytes);
    if (!this.mayTouch('use', offset, bytes)) return;
    this.released.fill(Math.ceil(offset / GRAIN), Math.floor((offset + bytes) / GRAIN), 0);
  }

  override sysUnused(offset: number, bytes: number): void {
    super.sysUnused(offset, bytes);
    const page = Math.max(GRAIN, this.config.physPageSize);
    if (offset % page !== 0 || bytes % page !== 0) {
      this.problems.push(`release ${range(offset, bytes)}: not whole physical pages of ${page} bytes`);
    } else if (this.mayTouch('release', offset, bytes)) {
      this.released.fill(offset / GRAIN, (offset + bytes) / GRAIN, 1);
      this.zeroOnWhim(offset, bytes, page);
    }
  }

  override clear(offset: number, bytes: number): void {
    super.clear(offset, bytes);
    if (!this.mayTouch('clear', offset, bytes)) return;
    const grain = this.released.firstOther(
      Math.floor(offset / GRAIN),
      Math.ceil((offset + bytes) / GRAIN),
      0,
    );
    if (grain >= 0) this.problems.push(`clear ${range(offset, bytes)}: @${grain * GRAIN} is released`);
    this.memory.fill(offset, bytes, 0);
  }

  /** The program is about to perform an operation: it looks at what it frees for the last time. */
  before(operation: Operation): void {
    this.endsMarking = operation.op === 'gcEnd';
    if (operation.op !== 'free' && operation.op !== 'freeStack') return;
    const span = this.live.get(operation.base);
    if (span !== undefined) this.verify(span, 'when it was freed');
  }

  /** The program has performed an operation, which ended well, and uses what it got. */
  after(operation: Operation, result: OperationResult): void {
    switch (operation.op) {
      case 'alloc':
        if (hasBase(result) && 'zeroed' in result) this.checkCleared(result, operation.npages);
        if (hasBase(result)) this.allocated(result.base, operation.npages, operation.needzero);
        break;
      case 'allocStack':
        if (hasBase(result)) this.allocated(result.base, operation.npages, false);
        break;
      case 'free':
        this.freed(operation.base, operation.needzero);
        break;
      case 'freeStack':
        this.freed(operation.base, true);
        break;
      case 'gcEnd':
        this.endMarking();
        break;
      case 'malloc':
        if (isObject(result)) this.allocatedObject(operation, result);
        return;
      default:
    }
    this.objects.apply(operation, result);
  }

  override spanClaimed(base: number): void {
    this.endMarking();
    super.spanClaimed(base);
    this.objects.sweep(base);
  }

  override queueFinalizer(addr: number, id: number): void {
    super.queueFinalizer(addr, id);
    this.objects.queued(addr);
  }

  /** Looks at every live span and object. */
  verifyAll(): void {
    for (const span of this.live.values()) this.verify(span, 'at the end');
    this.objects.verifyAll();
  }

  /** The byte at an offset, from 0 to 255. */
  byteAt(offset: number): number {
    return this.memory.at(offset);
  }

  private allocated(base: number, npages: number, zeroed: boolean): void {
    const bytes = npages * PAGE_SIZE;
    if (!this.maySpanHold(base, bytes)) return;
    const what = `give out ${range(base, bytes)}`;
    const dirty = zeroed ? this.memory.firstOther(base, bytes, 0) : -1;
    if (dirty >= 0) this.problems.push(`${what}, zeroed: the byte @${dirty} is ${this.byteAt(dirty)}`);
    this.hold({ id: ++this.lastId, base, bytes });
  }

  /** Whether a span can begin there: its memory must be mapped, in use by nobody, and not released. */
  private maySpanHold(base: number, bytes: number): boolean {
    const what = `give out ${range(base, bytes)}`;
    if (!(base >= 0 && base % PAGE_SIZE === 0 && base + bytes <= this.mapped)) {
      this.problems.push(`${what}: not whole pages of the mapped arena, which ends at ${this.mapped}`);
      return false;
    }
    const taken = this.firstOwned(base, bytes);
    if (taken >= 0) {
      this.problems.push(`${what}: ${this.describeOwner(taken)} is in use`);
      return false;
    }
    const unused = this.released.firstOther(base / GRAIN, (base + bytes) / GRAIN, 0);
    if (unused >= 0) {
      this.problems.push(`${what}: @${unused * GRAIN} is released and was not said to be used again`);
    }
    return true;
  }

  private endMarking(): void {
    if (this.endsMarking) this.objects.endMarking();
    this.endsMarking = false;
  }

  private allocatedObject(request: MallocOperation, result: MallocResult): void {
    const placement = this.objects.apply(request, result);
    if (placement === null) return;
    const { span, fresh } = placement;
    if (fresh && !this.maySpanHold(span.base, span.npages * PAGE_SIZE)) return;
    this.objects.use(request, result, placement, this.clears);
  }

  private checkCleared({ base, zeroed }: AllocResult, npages: number): void {
    const { clears } = this;
    const whole = clears.length === 1 && clears[0][0] === base && clears[0][1] === npages * PAGE_SIZE;
    if (zeroed ? !whole : clears.length > 0) {
      const cleared = clears.map(([offset, bytes]) => range(offset, bytes)).join(', ') || 'nothing';
      this.problems.push(`say of span @${base} that zeroed is ${zeroed}, and clear ${cleared}`);
    }
  }

  private hold(span: LiveSpan): void {
    this.live.set(span.base, span);
    this.owners.fill(span.base / GRAIN, (span.base + span.bytes) / GRAIN, span.id);
    this.memory.fill(span.base, span.bytes, patternOf(span.id));
  }

  private freed(base: number, dirty: boolean): void {
    const span = this.live.get(base);
    if (span === undefined) return;
    this.live.delete(base);
    this.owners.fill(base / GRAIN, (base + span.bytes) / GRAIN, 0);
    // Who frees a span as clean vouches for it.
    if (!dirty) this.memory.fill(base, span.bytes, 0);
  }

  private verify(span: LiveSpan, when: string): void {
    const other = this.memory.firstOther(span.base, span.bytes, patternOf(span.id));
    if (other < 0) return;
    this.problems.push(`lose content: the byte @${other} of live span @${span.base} had changed ${when}`);
  }

  /** Whether the heap may do something to a range of memory: it must be mapped, and no live span's. */
  private mayTouch(verb: string, offset: number, bytes: number): boolean {
    if (!(offset >= 0 && bytes >= 0 && offset + bytes <= this.mapped)) {
      this.problems.push(`${verb} ${range(offset, bytes)}: the mapped arena ends at ${this.mapped}`);
      return false;
    }
    const owned = this.firstOwned(offset, bytes);
    const owner = owned >= 0 ? this.describeOwner(owned) : this.objects.objectIn(offset, bytes);
    if (owner !== undefined) this.problems.push(`${verb} ${range(offset, bytes)}: ${owner} is in use`);
    return true;
  }

  /** The first grain of a range that is some live span's, or -1. */
  private firstOwned(offset: number, bytes: number): number {
    return this.owners.firstOther(Math.floor(offset / GRAIN), Math.ceil((offset + bytes) / GRAIN), 0);
  }

  private describeOwner(grain: number): string {
    const id = this.owners.get(grain);
    for (const span of this.live.values()) {
      if (span.id === id) return `span @${span.base} of ${span.bytes / PAGE_SIZE} pages`;
    }
    return `@${grain * GRAIN}`;
  }

  private zeroOnWhim(offset: number, bytes: number, page: number): void {
    const unit = page * Math.ceil(bytes / page / MOST_DECISIONS);
    for (let at = offset; at < offset + bytes; at += unit) {
      // Not by the order of the calls: two heaps may release the same spans in different order.
      const zeroes = (scatter(this.script.seed, at / GRAIN, this.turn) & 1) === 1;
      if (zeroes) this.memory.fill(at, Math.min(unit, offset + bytes - at), 0);
    }
  }
}

function hasBase(result: OperationResult): result is AllocResult | AllocStackResult {
  return typeof result === 'object' && result !== null && 'base' in result;
}

function isObject(result: OperationResult): result is MallocResult {
  return typeof result === 'object' && result !== null && 'addr' in result;
}

function range(offset: number, bytes: number): string {
  return `${bytes} bytes @${offset}`;
}
