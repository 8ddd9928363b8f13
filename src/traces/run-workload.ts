import { createHash } from 'node:crypto';
import { RecordingHost } from '../lockstep/index.js';
import {
  CLASS_TO_SIZE,
  FatalError,
  heapConfig,
  MAX_SMALL_SIZE,
  MIN_HEAP_DISTANCE,
  PAGE_SIZE,
  TINY_SIZE,
  type Heap,
  type HeapFactory,
  type Statistics,
} from '../spec/index.js';
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
  /** At the end. */
  readonly statistics: Statistics;
  /** The message of the fatal error in which it ended before its time. */
  readonly endedBy?: string;
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
 * @param onProgress - Called now and then with the number of events so far.
 * @throws whatever the heap throws but a fatal error, and whatever reading the events throws.
 */
export async function runWorkload(
  events: AsyncIterable<readonly WorkloadEvent[]>,
  factory: HeapFactory,
  onProgress: (events: number) => void = () => undefined,
): Promise<WorkloadResult> {
  const run = new WorkloadRun(factory.create(CONFIG, new RecordingHost()));
  for await (const batch of events) {
    run.take(batch);
    if (run.endedBy !== undefined) break;
    onProgress(run.mallocs + run.drops);
  }
  return run.result();
}

interface LiveObject {
  readonly addr: number;
  readonly size: number;
}

/** One heap on its way through one workload. */
class WorkloadRun {
  mallocs = 0;
  drops = 0;
  endedBy?: string;
  private cycles = 0;
  private trigger = LEAST_TRIGGER;
  /** By number, which is also the order of the map. */
  private readonly live = new Map<number, LiveObject>();
  private readonly addresses = createHash('sha256');

  constructor(private readonly heap: Heap) {}

  /** Goes through some events, up to a fatal error. */
  take(events: readonly WorkloadEvent[]): void {
    try {
      for (const event of events) {
        if (event.kind === 'allocate') this.allocate(event.size);
        else this.drop(event.object);
      }
    } catch (error) {
      if (!(error instanceof FatalError)) throw error;
      this.endedBy = error.message;
    }
  }

  result(): WorkloadResult {
    const { mallocs, drops, cycles, endedBy } = this;
    return {
      mallocs,
      drops,
      cycles,
      addressesSha256: this.addresses.copy().digest('hex'),
      statistics: this.heap.statistics(),
      ...(endedBy !== undefined && { endedBy }),
    };
  }

  private allocate(size: number): void {
    const scan = size < TINY_SIZE ? 0 : size - (size % 8);
    const result = this.heap.perform({ op: 'malloc', p: 0, size, needzero: false, scan });
    if (typeof result !== 'object' || result === null || !('addr' in result)) {
      throw new TypeError(`malloc must give an address, and gave ${JSON.stringify(result)}`);
    }
    this.addresses.update(`${result.addr}\n`);
    this.live.set(this.mallocs++, { addr: result.addr, size });
    if (this.heap.statistics().heap_live >= this.trigger) this.collect();
  }

  private drop(object: number): void {
    this.live.delete(object);
    this.drops++;
  }

  private collect(): void {
    this.cycles++;
    this.heap.perform({ op: 'gcStart' });
    for (const { addr } of this.live.values()) this.heap.perform({ op: 'mark', addr });
    const marked = markedBytes(this.live.values());
    this.trigger = Math.max(2 * marked, LEAST_TRIGGER);
    const heapDistance = Math.max(this.trigger - marked - SWEPT_AHEAD, MIN_HEAP_DISTANCE);
    this.heap.perform({ op: 'gcEnd', heapDistance });
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
