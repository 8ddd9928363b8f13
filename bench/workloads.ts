import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { heapConfig, OptimizedHeap } from 'heapspec';
import type { Workload } from './harness.js';
import { PlainHost } from './plain-host.js';

/** A program that was recorded. */
export interface Recorded {
  readonly name: string;
  /** Mallocs and frees. */
  readonly events: number;
  /** Bytes that were asked for, object by object. */
  readonly sizes: Int32Array;
  /** Objects that had been asked for when an object was dropped; of one that never was, more than there are. */
  readonly dropped: Int32Array;
}

/** Folder of the recorded programs, from the built benchmarks. */
const FOLDER = new URL('../golden/workloads/', import.meta.url);

/** Reads the recording of a program: see the README of its folder. */
export function readRecorded(name: string): Recorded {
  const lines = gunzipSync(readFileSync(new URL(`${name}.txt.gz`, FOLDER)))
    .toString()
    .trimEnd()
    .split('\n');
  const mallocs = lines.filter((line) => line.startsWith('a'));
  const sizes = Int32Array.from(mallocs, (line) => Number(line.slice(2)));
  const dropped = new Int32Array(sizes.length).fill(sizes.length + 1);
  let asked = 0;
  for (const line of lines) {
    if (line.startsWith('a')) asked += 1;
    else dropped[Number(line.slice(2))] = asked;
  }
  return { name, events: lines.length, sizes, dropped };
}

/** Bytes at which the first cycle begins, and below which none does. */
const LEAST_TRIGGER = 4 * 2 ** 20;

const MEBIBYTE = 2 ** 20;

/** Objects that are asked for at a time: the engine would compile one long loop while it runs, and not as well. */
const PIECE = 2_500;

/**
 * A heap that does what a recorded program asks of it, by the rules that stand beside the recordings. Each run is the
 * whole program on a new heap, cycles included; a run of n operations is as many whole programs as that takes.
 *
 * Beforehand it is known when each object is dropped, so that nearly all of the time is the heap's.
 */
export class RecordedWorkload implements Workload {
  readonly name: string;
  /** Cycles of the last run. */
  cycles = 0;
  /** The objects that were live at the last cycle, and all since then, in order: their addresses, and when they are dropped. */
  private readonly addrs: number[] = [];
  private readonly until: Int32Array;
  private count = 0;
  private trigger = 0;

  constructor(private readonly recorded: Recorded) {
    this.name = recorded.name;
    this.until = new Int32Array(recorded.sizes.length);
    // An array of numbers is faster than one of doubles, as long as they are small.
    for (let i = 0; i < recorded.sizes.length; i++) this.addrs.push(0);
  }

  run(operations: number): number {
    let done = 0;
    do {
      this.runOnce();
      done += this.recorded.events;
    } while (done < operations);
    return done;
  }

  /** Runs the program once, and returns the heap. */
  runOnce(): OptimizedHeap {
    const heap = new OptimizedHeap(heapConfig({ arenaPages: 2 ** 20 }), new PlainHost());
    this.count = 0;
    this.cycles = 0;
    this.trigger = LEAST_TRIGGER;
    const mallocs = this.recorded.sizes.length;
    for (let from = 0; from < mallocs; from += PIECE) this.play(heap, from, Math.min(from + PIECE, mallocs));
    return heap;
  }

  /** Asks for the objects of the numbers from `from` to `to`. */
  private play(heap: OptimizedHeap, from: number, to: number): void {
    const { addrs, until } = this;
    const { dropped, sizes } = this.recorded;
    for (let number = from; number < to; number++) {
      const size = sizes[number];
      addrs[this.count] = heap.malloc(0, size, false, size < 16 ? 0 : size & ~7);
      until[this.count] = dropped[number];
      this.count += 1;
      if (heap.heapLive >= this.trigger) this.collect(heap, number + 1);
    }
  }

  /** Runs a cycle after `asked` objects have been asked for. */
  private collect(heap: OptimizedHeap, asked: number): void {
    this.cycles += 1;
    heap.gcStart();
    this.count = this.markLive(heap, asked);
    const marked = heap.bytesMarked;
    this.trigger = Math.max(2 * marked, LEAST_TRIGGER);
    heap.gcEnd(Math.max(this.trigger - marked - MEBIBYTE, 8_192));
  }

  /** Marks every object that was not dropped, in order of its number, and returns how many they are. */
  private markLive(heap: OptimizedHeap, asked: number): number {
    const { addrs, count, until } = this;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (until[i] < asked) continue;
      heap.mark(addrs[i]);
      addrs[kept] = addrs[i];
      until[kept] = until[i];
      kept += 1;
    }
    return kept;
  }
}
