import { Bindings, type Program } from '../../programs/index.js';
import type { HeapFactory } from '../../spec/index.js';
import { showsScavenging } from '../decisions.js';
import { performObserved } from '../perform-observed.js';
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
  for (const command of program.commands) {
    const operation = bindings.resolve(command);
    if (operation === null) continue;
    const outcome = performObserved(heap, host, operation);
    tracker.observe(operation, outcome, heap.statistics());
    if (outcome.error?.kind === 'FatalError') break;
    bindings.bind(command, outcome.result);
  }
  return counter;
}
