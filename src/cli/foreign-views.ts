import type { Implementation } from '../conformance/index.js';
import { readStatistics } from '../conformance/reports/moment.js';
import { translationOf } from '../conformance/trial.js';
import { stateProblem, type Divergence } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import { initialStatistics } from '../spec/index.js';
import type { HeapView } from './draw-heap.js';
import type { HeapViews } from './heap-views.js';

/** Runs a program once more on a foreign heap that tells its states, and looks at it around what is wrong. */
export async function foreignViews(
  program: Program,
  { commandIndex }: Divergence,
  implementation: Implementation,
): Promise<HeapViews> {
  const { test, commandOf } = translationOf('structure', program, true);
  const at = test.calls.findLastIndex((call) => (commandOf.get(call) ?? Infinity) <= commandIndex);
  if (at < 0) return {};
  const states = [at - 1, at].filter((index) => index >= 0);
  const { answers } = await implementation.run({ ...test, states });
  let statistics = initialStatistics(program.config.procs);
  const views = answers.slice(0, at + 1).map((answer): HeapView | undefined => {
    statistics = readStatistics(statistics, answer);
    const { state } = answer;
    if (state === undefined || stateProblem(state) !== undefined) return undefined;
    return { config: program.config, state, statistics };
  });
  const [before, after] = [views.at(at - 1), views.at(at)];
  return { ...(at > 0 && before && { before }), ...(after && { after }) };
}
