import { FeatureCounter, programOfRecipe, type ProgramSource } from '../fuzzing/index.js';
import { printProgram, type Program } from '../programs/index.js';
import type { Beacon } from './beacon.js';
import { checkProgram, tryProgram, type Check } from './checking.js';
import { clauseIds } from './finding.js';
import type { FuzzResult } from './job.js';
import { sourceOf, type PostedSource } from './posted-source.js';

/**
 * Makes a program and runs it for its features. Of one that fails, the first operation after which it shows is sought at
 * once, and the clauses that it breaks: by these it is told whether it is one more of something known.
 *
 * @param withText - Whether the program is wanted as text.
 */
export function runFuzzed(posted: PostedSource, check: Check, withText: boolean, beacon: Beacon): FuzzResult {
  const begun = performance.now();
  const program = programOf(sourceOf(posted));
  const features = new FeatureCounter();
  const report = tryProgram(program, check, beacon, {
    shapes: features,
    beginOperation: () => features.beginOperation(),
  });
  const found = report.divergence && (checkProgram(program, check, beacon).divergence ?? report.divergence);
  const milliseconds = performance.now() - begun;
  return {
    commands: program.commands.length,
    operations: report.operations,
    milliseconds,
    features: features.numbers(),
    shapes: features.times(),
    ...(found && { failure: { program, divergence: found, clauses: clauseIds(program, found) } }),
    ...(withText && { text: printProgram(program) }),
  };
}

/** The program of a source; it depends on the source alone. */
export function programOf(source: ProgramSource): Program {
  return source.kind === 'program' ? source.program : programOfRecipe(source.recipe);
}
