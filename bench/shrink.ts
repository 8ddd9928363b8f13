import fc from 'fast-check';
import { heapPrograms, type Program } from 'heapspec';

// How many runs it takes to shrink a failure that needs K spans to be live at once, and whether the answer is the
// least: K allocations of one page. The same family twice, each through fast-check's own runner: programs of
// `heapPrograms`, and commands for `fc.commands`. It counts runs, not time: it is the same on every machine.

/** What came out for one K and one way to shrink. */
export interface ShrinkRow {
  /** Live spans that the failure needs. */
  readonly k: number;
  readonly shrinker: 'heapPrograms' | 'fc.commands';
  readonly cases: number;
  /** Cases that ended in the least program. */
  readonly minimal: number;
  /** Runs from the first failure to the answer, both of them counted; the median of all cases. */
  readonly medianRuns: number;
  readonly mostRuns: number;
  /** Commands of the answer; the median of all cases. */
  readonly medianCommands: number;
}

const LIVE = [8, 16, 24, 48];

/** Greatest numbers of commands, one for each case of a K. */
const LENGTHS = [200, 400, 800, 1200, 1600, 2000, 2500, 3000, 3500, 4000];

/** One shrunk failure. */
interface Case {
  readonly runs: number;
  readonly commands: number;
  readonly minimal: boolean;
}

/**
 * Measures all of the family, in the order of K.
 *
 * @param lengths - greatest numbers of commands, one for each case; fewer of them take less time.
 */
export function shrinkRows(lengths: readonly number[] = LENGTHS): ShrinkRow[] {
  return LIVE.flatMap((k) => [
    row(
      k,
      'heapPrograms',
      lengths.map((length, i) => shrinkPrograms(k, length, i + 1)),
    ),
    row(
      k,
      'fc.commands',
      lengths.map((length, i) => shrinkCommands(k, length, i + 1)),
    ),
  ]);
}

function row(k: number, shrinker: ShrinkRow['shrinker'], cases: readonly Case[]): ShrinkRow {
  return {
    k,
    shrinker,
    cases: cases.length,
    minimal: cases.filter(({ minimal }) => minimal).length,
    medianRuns: median(cases.map(({ runs }) => runs)),
    mostRuns: Math.max(...cases.map(({ runs }) => runs)),
    medianCommands: median(cases.map(({ commands }) => commands)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Draws until one fails, shrinks it, and counts the runs from the first failure on. */
function shrunk<T>(
  arbitrary: fc.Arbitrary<T>,
  passes: (value: T) => boolean,
  seed: number,
): { last: T; runs: number } {
  let runs = 0;
  const property = fc.property(arbitrary, (value) => {
    const passed = passes(value);
    if (!passed || runs > 0) runs++;
    return passed;
  });
  const { counterexample } = fc.check(property, { seed, numRuns: 10_000 });
  if (counterexample === null) throw new Error(`none of the programs with the seed ${seed} fails`);
  return { last: counterexample[0], runs };
}

// Programs

function shrinkPrograms(k: number, length: number, seed: number): Case {
  const programs = heapPrograms({ level: 'pages', minCommands: 200, maxCommands: length, misuse: 0 });
  const { last, runs } = shrunk(programs, (program) => mostLive(program) < k, seed);
  const commands = last.commands.length;
  return { runs, commands, minimal: commands === k && last.commands.every(isOnePage) };
}

function isOnePage(command: Program['commands'][number]): boolean {
  return 'npages' in command && command.npages === 1;
}

/** The greatest number of spans that are live at once. */
function mostLive(program: Program): number {
  const live = new Set<number>();
  let most = 0;
  for (const command of program.commands) {
    if ('handle' in command) live.add(command.handle);
    else if ('span' in command && command.span.handle !== undefined) live.delete(command.span.handle);
    most = Math.max(most, live.size);
  }
  return most;
}

// Commands, as one would write them: frees choose among the spans that are live when they run

interface Model {
  readonly live: number[];
}

/** The heap under test stops working when this many spans are live. */
interface Real {
  readonly k: number;
}

class Alloc implements fc.Command<Model, Real> {
  constructor(readonly npages: number) {}
  check = (): boolean => true;
  run(model: Model, real: Real): void {
    model.live.push(this.npages);
    if (model.live.length >= real.k) throw new Error('too many spans');
  }
  toString = (): string => `alloc ${this.npages}`;
}

class Free implements fc.Command<Model, Real> {
  constructor(readonly choice: number) {}
  check = (model: Readonly<Model>): boolean => model.live.length > 0;
  run(model: Model): void {
    model.live.splice(this.choice % model.live.length, 1);
  }
}

class Query implements fc.Command<Model, Real> {
  constructor(readonly offset: number) {}
  check = (): boolean => true;
  run(): void {
    // What it asks is of no matter here.
  }
}

function shrinkCommands(k: number, length: number, seed: number): Case {
  const alloc = fc.integer({ min: 1, max: 256 }).map((npages) => new Alloc(npages));
  const free = fc.nat(1000).map((choice) => new Free(choice));
  const query = fc.nat(9000).map((offset) => new Query(offset));
  // All are as likely as each other: a few more allocations than frees, so that the heap fills slowly.
  const vocabulary = [alloc, alloc, alloc, alloc, alloc, free, free, free, free, query, query];
  const commands = fc.commands<Model, Real>(vocabulary, { maxCommands: length, size: 'max' });
  const passes = (list: Iterable<fc.Command<Model, Real>>): boolean => {
    try {
      fc.modelRun(() => ({ model: { live: [] }, real: { k } }), list);
      return true;
    } catch {
      return false;
    }
  };
  const { last, runs } = shrunk(commands, passes, seed);
  const left = [...last];
  const minimal = left.length === k && left.every((command) => String(command) === 'alloc 1');
  return { runs, commands: left.length, minimal };
}
