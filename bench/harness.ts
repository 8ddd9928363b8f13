/**
 * How time is measured here.
 *
 * Machines differ and have busy moments, so times are given in units of a calibration loop that is timed in between:
 * one unit (u) is one of its iterations. A workload runs in short chunks, many of them, because one long loop would
 * measure code that the engine compiled while it ran. What is compared runs in turn, chunk by chunk, and the figure is
 * the median of the rounds, each in the unit of its own moment.
 */

/** Something whose time is measured. */
export interface Workload {
  readonly name: string;
  /** Makes it as good as new, outside of the measured time. */
  renew?(): void;
  /** Runs about `operations` operations, the next ones of a sequence without end, and returns how many they were. */
  run(operations: number): number;
}

/** Time of one operation. */
export interface Timing {
  readonly name: string;
  /** Nanoseconds; the median of the rounds. */
  readonly ns: number;
  /** Units of the calibration loop; the median of the rounds, and what a quarter of them lie below and above. */
  readonly u: Spread;
  /** Time of this workload divided by that of the first one, round by round. */
  readonly toFirst: Spread;
}

/** A median and the quartiles around it. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface MeasureOptions {
  /** Rounds: each times the calibration loop once, and every workload. */
  readonly rounds?: number;
  /** Timed chunks of a workload in a round; the median of them counts. */
  readonly chunks?: number;
  /** Operations of a chunk. */
  readonly operations?: number;
  /** Chunks before the first round, for the compiler. */
  readonly warmup?: number;
}

/** Iterations of the calibration loop in a batch. */
const CALIBRATION = 1_000_000;

/** The calibration loop: a multiplication, an addition and a change of a random word of 256 KiB. */
const calibrate = ((): ((iterations: number) => void) => {
  // In here the engine takes the array for a constant, as the fastest form of this loop demands.
  const words = new Int32Array(65_536);
  let seed = 1;
  return (iterations) => {
    let s = seed;
    for (let i = 0; i < iterations; i++) {
      s = (Math.imul(s, 1_664_525) + 1_013_904_223) | 0;
      words[s >>> 16] += s;
    }
    seed = s;
  };
})();

/** Time of one unit, in ns, at this moment: of a batch of a million iterations, in parts as short as a chunk. */
function unit(): number {
  const parts = Array.from({ length: 20 }, () => {
    const begun = now();
    calibrate(CALIBRATION / 20);
    return (now() - begun) / (CALIBRATION / 20);
  });
  return spread(parts).median;
}

/** Time of one unit, in ns, over 31 batches. */
export function units(): Spread {
  unit();
  return spread(Array.from({ length: 31 }, unit));
}

/** Times workloads side by side. */
export function measure(workloads: readonly Workload[], options: MeasureOptions = {}): Timing[] {
  const { rounds = 31, chunks = 10, operations = 5_000, warmup = 60 } = options;
  for (let i = 0; i < warmup; i++) {
    calibrate(operations);
    for (const workload of workloads) workload.run(operations);
  }
  const units: number[] = [];
  const times = workloads.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    units.push(unit());
    for (const workload of workloads) {
      workload.renew?.();
      // The first chunk brings the workload's memory back into the cache.
      workload.run(operations);
    }
    const ofRound = workloads.map((): number[] => []);
    for (let chunk = 0; chunk < chunks; chunk++) {
      workloads.forEach((workload, i) => ofRound[i].push(timeOf(workload, operations)));
    }
    ofRound.forEach((chunkTimes, i) => times[i].push(spread(chunkTimes).median));
  }
  return workloads.map(({ name }, i) => ({
    name,
    ns: spread(times[i]).median,
    u: spread(times[i].map((time, round) => time / units[round])),
    toFirst: spread(times[i].map((time, round) => time / times[0][round])),
  }));
}

/** Time of one operation of a chunk, in ns. */
function timeOf(workload: Workload, operations: number): number {
  const begun = now();
  const done = workload.run(operations);
  return (now() - begun) / done;
}

/** Median and quartiles. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)];
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** Nanoseconds that the processor has spent on this process: what other processes take of it does not count. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** The state of a random sequence that follows `state`: 32 bits, of which the upper ones are random. */
export function next(state: number): number {
  return (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
}

/** A number from 0 to `below - 1` out of a state, for `below` up to 65,536. */
export function pick(state: number, below: number): number {
  return ((state >>> 16) * below) >>> 16;
}
