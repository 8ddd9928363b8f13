import { Bindings, turnsAt, turnsOf, type Program, type Turn } from '../../programs/index.js';
import type { HeapFactory } from '../../spec/index.js';
import { showsScavenging } from '../decisions.js';
import type { OutcomeError } from '../outcome.js';
import { performObserved, type ClaimGuest } from '../perform-observed.js';
import { RecordingHost } from '../recording-host.js';
import { ShapeCounter } from './counter.js';
import { ShapeTracker } from './tracker.js';

/** The shapes that a program goes through on one heap, which nothing checks; a fatal error ends the run. */
export function shapesOf(program: Program, factory: HeapFactory): ShapeCounter {
  const { config, host: script } = program;
  const host = new RecordingHost({ script, gctrace: showsScavenging(script) });
  const heap = factory.create(config, host);
  const counter = new ShapeCounter();
  const tracker = new ShapeTracker(config, counter);
  const bindings = new Bindings();
  for (const turn of turnsOf(program.commands)) {
    const operation = bindings.resolve(turn.command);
    if (operation === null) continue;
    const outcome = performObserved(heap, host, operation, guestOf(turn, bindings));
    tracker.observe(operation, outcome, heap.statistics());
    if (outcome.error?.kind === 'FatalError') break;
    if (outcome.error === undefined) bindings.bind(turn.command, outcome.result);
  }
  return counter;
}

/** Runs the commands that have their turn inside of a command. */
function guestOf(outermost: Turn, bindings: Bindings): ClaimGuest {
  /** The turns that are under way, the outermost first, with the claims that each has come to. */
  const open = [{ turn: outermost, claims: 0 }];
  return (_claim, perform, depth) => {
    const level = open[depth - 1];
    level.claims++;
    for (const turn of turnsAt(level.turn, level.claims)) {
      const operation = bindings.resolve(turn.command);
      if (operation === null) continue;
      open.push({ turn, claims: 0 });
      const { result, error } = perform(operation);
      open.pop();
      if (isFatal(error)) return;
      if (error === undefined) bindings.bind(turn.command, result);
    }
  };
}

function isFatal(error: OutcomeError | undefined): boolean {
  return error?.kind === 'FatalError';
}
