import fc from 'fast-check';
import type { Program } from '../program.js';
import { candidates, firstState, type ShrinkState } from './shrink-state.js';

/** What a shrunk value carries: how far the search that made it had come. */
class ShrinkContext {
  constructor(readonly state: ShrinkState) {}
}

/**
 * The simpler programs that an arbitrary offers to fast-check: what its `shrink` returns. With the context of a
 * shrunk value the search goes on where it stood, without one it starts; any program can be shrunk.
 */
export function shrinkStream(program: Program, context?: unknown): fc.Stream<fc.Value<Program>> {
  const known = context instanceof ShrinkContext && context.state.program === program;
  return fc.stream(shrunkValues(known ? context.state : firstState(program)));
}

function* shrunkValues(from: ShrinkState): Generator<fc.Value<Program>, void, undefined> {
  for (const { state } of candidates(from)) yield new fc.Value(state.program, new ShrinkContext(state));
}
