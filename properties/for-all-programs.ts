import fc from 'fast-check';
import { heapPrograms, LockstepError, printProgram, type HeapProgramsOptions, type Program } from 'heapspec';

/** The seed of every property, unless `HEAPSPEC_SEED` names another: what fails once fails for everybody, each time. */
export const SEED = fromEnvironment('HEAPSPEC_SEED', 0) ?? 1;

/** Programs that each property draws, if `HEAPSPEC_RUNS` says how many; else each property says so itself. */
export const RUNS = fromEnvironment('HEAPSPEC_RUNS', 1);

// Whoever asks for so many has the time for them.
if (RUNS !== undefined) jest.setTimeout(24 * 3_600_000);

/**
 * Draws programs and has a body check each.
 *
 * @param runs - Programs to draw, unless `HEAPSPEC_RUNS` says otherwise.
 * @throws Error where the body throws; the message has the seed, the shrunk program, and how to see it again.
 */
export async function forAllPrograms(
  programs: HeapProgramsOptions | fc.Arbitrary<Program>,
  runs: number,
  body: (program: Program) => void | Promise<void>,
): Promise<void> {
  const arbitrary = programs instanceof fc.Arbitrary ? programs : heapPrograms(programs);
  const property = fc.asyncProperty(arbitrary, async (program) => {
    await body(program);
  });
  const details = await fc.check(property, { seed: SEED, numRuns: RUNS ?? runs });
  if (details.failed) throw failure(details);
}

function failure({ counterexample, errorInstance, numRuns, numShrinks }: fc.RunDetails<[Program]>): Error {
  const test = expect.getState().currentTestName ?? '';
  const runs = RUNS === undefined ? '' : `HEAPSPEC_RUNS=${RUNS} `;
  return new Error(
    [
      `program ${numRuns} of seed ${SEED} fails, here shrunk in ${numShrinks} steps; to see it again:`,
      `${runs}HEAPSPEC_SEED=${SEED} npx jest properties -t '${test}'`,
      '',
      // The finding of a lockstep run has the program in it.
      ...(counterexample === null || errorInstance instanceof LockstepError
        ? []
        : [printProgram(counterexample[0])]),
      reasonOf(errorInstance),
    ].join('\n'),
  );
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof LockstepError) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

function fromEnvironment(name: string, least: number): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > 0x7fffffff) {
    throw new RangeError(`${name} must be an integer from ${least} to 2147483647, not ${text}`);
  }
  return value;
}
