import { createHash } from 'node:crypto';
import {
  heapProblem,
  RecordingHost,
  requireForm,
  resultProblem,
  statisticsProblem,
} from '../lockstep/index.js';
import {
  CLASS_TO_SIZE,
  FatalError,
  heapConfig,
  initialStatistics,
  MAX_SMALL_SIZE,
  MIN_HEAP_DISTANCE,
  PAGE_SIZE,
  TINY_SIZE,
  type Heap,
  type HeapFactory,
  type MallocResult,
  type Statistics,
} from '../spec/index.js';
import { messageOf } from './trace-error.js';
import type { WorkloadEvent } from './workload.js';

/** What a workload came to on a heap. */
export interface WorkloadResult {
  /** Objects that were allocated. */
  readonly mallocs: number;
  /** Objects that were dropped. */
  readonly drops: number;
  /** Cycles of collection that were begun, each of which was brought to its end. */
  readonly cycles: number;
  /** Of the addresses of all objects, each as decimal digits and a line feed, in hexadecimal. */
  readonly addressesSha256: string;
  /** At the end; those of before where the heap could not give them. */
  readonly statistics: Statistics;
  /** The message of the fatal error in which it ended before its time. */
  readonly endedBy?: string;
  /** What the heap broke down with before its time: it threw, or gave, what it must not. */
  readonly crash?: string;
}

/** Least bytes of live heap at which a cycle begins; also the first such number. */
const LEAST_TRIGGER = 4 * 2 ** 20;

/** Sweeping is to be done so many bytes before the next cycle begins. */
const SWEPT_AHEAD = 2 ** 20;

/** What every workload runs on: an arena of 8 GiB, and one cache. */
const CONFIG = heapConfig({ physPageSize: 4096, arenaPages: 2 ** 20, procs: 1 });

/**
 * Runs a workload on a new heap by the rules of `golden/workloads/README.md`: as Go's collector would, a cycle begins
 * when there is as much live heap again as the cycle before has left.
 *
 * @param events - As `readWorkload` gives them.
 * @param onEvent - Called before each event with its number, from 1.
 * @throws whatever reading the events throws. What the heap throws is part of the result; the rest of the events is
 *   then read, but not run.
 */
export async function runWorkload(
  events: AsyncIterable<readonly WorkloadEvent[]>,
  factory: HeapFactory,
  onEvent: (number: number) => void = () => undefined,
): Promise<WorkloadResult> {
  const run = new WorkloadRun(factory, onEvent);
  for await (const batch of events) run.take(batch);
  return run.result();
}

interface LiveObject {
  readonly addr: number;
  readonly size: number;
}

/** One heap on its way through one workload. */
class WorkloadRun {
  private mallocs = 0;
  private drops = 0;
  private cycles = 0;
  private trigger = LEAST_TRIGGER;
  /** By number, which is also the order of the map. */
  private readonly live = new Map<number, LiveObject>();
  private readonly addresses = createHash('sha256');
  private statistics = initialStatistics(CONFIG.procs);
  private endedBy?: string;
  private crash?: string;
  /** Undefined where it could not be made. */
  private readonly heap: Heap | undefined;

  constructor(
    private readonly factory: HeapFactory,
    private readonly onEvent: (number: number) => void,
  ) {
    this.heap = this.guarded(() => {
      const heap = factory.create(CONFIG, new RecordingHost());
      requireForm(factory.name, 'heap', heapProblem(heap));
      return heap;
    });
  }

  /** Goes through some events, up to an error, behind which nothing is run. */
  take(events: readonly WorkloadEvent[]): void {
    const { heap } = this;
    if (heap === undefined || this.endedBy !== undefined || this.crash !== undefined) return;
    this.guarded(() => {
      for (const event of events) {
        this.onEvent(this.mallocs + this.drops + 1);
        if (event.kind === 'allocate') this.allocate(heap, event.size);
        else this.drop(event.object);
      }
    });
  }

  result(): WorkloadResult {
    const { heap } = this;
    if (heap !== undefined) this.guarded(() => this.readStatistics(heap));
    const { mallocs, drops, cycles, statistics, endedBy, crash } = this;
    return {
      mallocs,
      drops,
      cycles,
      addressesSha256: this.addresses.copy().digest('hex'),
      statistics,
      ...(endedBy !== undefined && { endedBy }),
      ...(crash !== undefined && { crash }),
    };
  }

  private guarded<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (error instanceof FatalError) this.endedBy = error.message;
      else this.crash = messageOf(error);
      return undefined;
    }
  }

  private readStatistics(heap: Heap): Statistics {
    const statistics = heap.statistics();
    requireForm(this.factory.name, 'statistics', statisticsProblem(statistics));
    this.statistics = statistics;
    return statistics;
  }

  private allocate(heap: Heap, size: number): void {
    const scan = size < TINY_SIZE ? 0 : size - (size % 8);
    const operation = { op: 'malloc', p: 0, size, needzero: false, scan } as const;
    const result = heap.perform(operation);
    requireForm(this.factory.name, 'result', resultProblem(operation, result));
    const { addr } = result as MallocResult;
    this.addresses.update(`${addr}\n`);
    this.live.set(this.mallocs++, { addr, size });
    if (this.readStatistics(heap).heap_live >= this.trigger) this.collect(heap);
  }

  private drop(object: number): void {
    this.live.delete(object);
    this.drops++;
  }

  private collect(heap: Heap): void {
    this.cycles++;
    heap.perform({ op: 'gcStart' });
    for (const { addr } of this.live.values()) heap.perform({ op: 'mark', addr });
    const marked = markedBytes(this.live.values());
    this.trigger = Math.max(2 * marked, LEAST_TRIGGER);
    const heapDistance = Math.max(this.trigger - marked - SWEPT_AHEAD, MIN_HEAP_DISTANCE);
    heap.perform({ op: 'gcEnd', heapDistance });
  }
}

/** Bytes that objects take once they are marked: those in one tiny block are one object of the heap's. */
function markedBytes(objects: Iterable<LiveObject>): number {
  const blocks = new Set<number>();
  let bytes = 0;
  for (const { addr, size } of objects) {
    if (size < TINY_SIZE) blocks.add(addr - (addr % TINY_SIZE));
    else bytes += elementSize(size);
  }
  return bytes + blocks.size * TINY_SIZE;
}

/** Bytes that an object of `size` bytes takes. */
function elementSize(size: number): number {
  if (size > MAX_SMALL_SIZE) return Math.ceil(size / PAGE_SIZE) * PAGE_SIZE;
  return CLASS_TO_SIZE.find((bytes) => bytes >= size) ?? MAX_SMALL_SIZE;
}
