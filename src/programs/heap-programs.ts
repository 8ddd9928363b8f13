import { Arbitrary, Value, type Random, type Stream } from 'fast-check';
import { Chance } from './chance.js';
import { checkedSettings, drawProgram, type HeapProgramsOptions, type Settings } from './draw-program.js';
import { isProgram } from './is-program.js';
import type { Program } from './program.js';
import { vouchFor } from './require-program.js';
import { shrinkStream } from './shrinking/shrink-stream.js';

/**
 * Programs for page heaps, as an arbitrary of fast-check.
 *
 * Each program has its own configuration, leaves out some commands and prefers others, fills, drains and fragments
 * its heap in phases, and asks most often for the page counts at which something changes. In a share of programs there
 * is misuse, with the errors that it may end in. Programs shrink by whole lifetimes of spans, also without the seed
 * that they come from.
 *
 * @example
 * ```ts
 * fc.assert(
 *   fc.property(heapPrograms({ maxCommands: 200 }), (program) => {
 *     assertLockstep(program, { heaps: [referenceHeap, myHeap] });
 *   }),
 * );
 * ```
 *
 * @throws RangeError where an option is out of its range.
 * @throws TypeError where one is unknown or of the wrong kind.
 */
export function heapPrograms(options: HeapProgramsOptions = {}): Arbitrary<Program> {
  return new HeapPrograms(checkedSettings(options));
}

class HeapPrograms extends Arbitrary<Program> {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  override generate(random: Random, biasFactor: number | undefined): Value<Program> {
    const few = biasFactor !== undefined && random.nextInt(1, biasFactor) === 1;
    const { program } = drawProgram(Chance.from(random), this.#settings, few);
    return new Value(vouchFor(program), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Program {
    return isProgram(value);
  }

  override shrink(program: Program, context: unknown): Stream<Value<Program>> {
    return shrinkStream(program, context);
  }
}
