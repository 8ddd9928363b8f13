import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { heapConfig, OptimizedHeap } from 'heapspec';
import type { Workload } from './harness.js';
import { PlainHost } from './plain-host.js';

/** A program that was recorded. */
export interface Recorded {
  readonly name: string;
  /** For each event, the bytes that were asked for or, as -1 - n, the number n of the object that was dropped. */
  readonly events: Int32Array;
  /** Events that ask for an object. */
  readonly mallocs: number;
}

/** Folder of the recorded programs, from the built benchmarks. */
const FOLDER = new URL('../golden/workloads/', import.meta.url);

/** Reads the recording of a program: see the README of its folder. */
export function readRecorded(name: string): Recorded {
  const lines = gunzipSync(readFileSync(new URL(`${name}.txt.gz`, FOLDER)))
    .toString()
    .trimEnd()
    .split('\n');
  const events = Int32Array.from(lines, (line) => {
    const number = Number(line.slice(2));
    return line.startsWith('a') ? number : -1 - number;
  });
  return { name, events, mallocs: events.reduce((count, event) => (event > 0 ? count + 1 : count), 0) };
}

/** Bytes at which the first cycle begins, and below which none does. */
const LEAST_TRIGGER = 4 * 2 ** 20;

const MEBIBYTE = 2 ** 20;

/** An address of an object that was dropped. */
const DROPPED = -1;

/**
 * A heap that does what a recorded program asks of it, by the rules that stand beside the recordings. Each run is the
 * whole program on a new heap, cycles included; a run of n operations is as many whole programs as that takes.
 */
export class RecordedWorkload implements Workload {
  readonly name: string;
  /** The address of each object by its number, or DROPPED. */
  readonly addrs: Float64Array;
  cycles = 0;
  /** The numbers of the objects that were live at the last cycle, and of all since then, in order. */
  private readonly numbers: Int32Array;
  private count = 0;
  private trigger = 0;

  constructor(private readonly recorded: Recorded) {
    this.name = recorded.name;
    this.addrs = new Float64Array(recorded.mallocs);
    this.numbers = new Int32Array(recorded.mallocs);
  }

  run(operations: number): number {
    let done = 0;
    do {
      this.runOnce();
      done += this.recorded.events.length;
    } while (done < operations);
    return done;
  }

  /** Runs the program once, and returns the heap. */
  runOnce(): OptimizedHeap {
    const heap = new OptimizedHeap(heapConfig({ arenaPages: 2 ** 20 }), new PlainHost());
    this.count = 0;
    this.cycles = 0;
    this.trigger = LEAST_TRIGGER;
    const { events } = this.recorded;
    // Short pieces: the engine would compile one long loop while it runs, and not as well.
    let made = 0;
    for (let from = 0; from < events.length; from += 5_000) {
      made = this.play(heap, from, Math.min(from + 5_000, events.length), made);
    }
    return heap;
  }

  /** Plays the events from `from` to `to`, before which `made` objects were made, and returns how many are made then. */
  private play(heap: OptimizedHeap, from: number, to: number, made: number): number {
    const { addrs, numbers } = this;
    const { events } = this.recorded;
    let number = made;
    for (let i = from; i < to; i++) {
      const event = events[i];
      if (event < 0) {
        addrs[-1 - event] = DROPPED;
        continue;
      }
      addrs[number] = heap.malloc(0, event, false, event < 16 ? 0 : event & ~7);
      numbers[this.count] = number;
      this.count += 1;
      number += 1;
      if (heap.heapLive >= this.trigger) this.collect(heap);
    }
    return number;
  }

  private collect(heap: OptimizedHeap): void {
    this.cycles += 1;
    heap.gcStart();
    this.count = this.markLive(heap);
    const marked = heap.bytesMarked;
    this.trigger = Math.max(2 * marked, LEAST_TRIGGER);
    heap.gcEnd(Math.max(this.trigger - marked - MEBIBYTE, 8_192));
  }

  /** Marks every object that was not dropped, in order of its number, and returns how many they are. */
  private markLive(heap: OptimizedHeap): number {
    const { addrs, numbers } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const number = numbers[i];
      const addr = addrs[number];
      if (addr === DROPPED) continue;
      heap.mark(addr);
      numbers[kept] = number;
      kept += 1;
    }
    return kept;
  }
}
