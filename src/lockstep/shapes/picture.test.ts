import assert from 'node:assert';
import fc from 'fast-check';
import { heapPrograms } from '../../programs/heap-programs.js';
import { Bindings, type Program } from '../../programs/index.js';
import { referenceHeap } from '../../reference/index.js';
import { KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE, PAGE_SIZE } from '../../spec/index.js';
import type { ByNumber, InUseSpanState, SpanState, State } from '../../spec/index.js';
import { showsScavenging } from '../decisions.js';
import { performObserved } from '../perform-observed.js';
import { RecordingHost } from '../recording-host.js';
import { ShapeCounter } from './counter.js';
import type { Picture } from './picture.js';
import { DIRT, type Span } from './span.js';
import type { ListsByLength } from './lists-by-length.js';
import { ShapeTracker } from './tracker.js';

test('the picture agrees with the state of the heap after every operation', () => {
  fc.assert(
    fc.property(heapPrograms({ maxCommands: 400 }), (program) => compareAlong(program)),
    { numRuns: 150, seed: 20170203 },
  );
});

/** Runs a program and compares what the tracker knows with the state, after every operation. */
function compareAlong(program: Program): void {
  const { config, host: script } = program;
  const host = new RecordingHost({ script, gctrace: showsScavenging(script) });
  const heap = referenceHeap.create(config, host);
  const tracker = new ShapeTracker(config, new ShapeCounter());
  const bindings = new Bindings();
  for (const command of program.commands) {
    const operation = bindings.resolve(command);
    if (operation === null) continue;
    const outcome = performObserved(heap, host, operation);
    tracker.observe(operation, outcome, heap.statistics());
    if (outcome.error?.kind === 'FatalError') return;
    bindings.bind(command, outcome.result);
    compare(tracker.picture, heap.state());
  }
}

function compare(picture: Picture, state: State): void {
  const spans = [...picture.spans()];
  assert.deepEqual(spans.map(known), state.spans.map(observed));
  assert.equal(picture.clock, state.clock);

  const free = spans.filter(({ use }) => use === 'free');
  assert.deepEqual(new Set(picture.freeSpans), new Set(free));
  assert.equal(picture.freePages, sum(free.map(({ npages }) => npages)));
  assert.equal(picture.end, sum(spans.map(({ npages }) => npages)));
  assert.equal(picture.tail, spans.at(-1) ?? null);

  assert.deepEqual(shortLists(picture.free), state.free);
  assert.deepEqual(bases(picture.free.large).sort(ascending), state.freelarge);
  assert.deepEqual(shortLists(picture.busy), state.busy);
  assert.deepEqual(bases(picture.busy.large), state.busylarge);
  for (const { npages } of picture.free.large) {
    const longer = free.filter((span) => span.npages >= npages && span.npages >= picture.free.bound);
    assert.equal(picture.largeLengths.of(npages), free.filter((span) => span.npages === npages).length);
    assert.equal(picture.largeLengths.hasFrom(npages, longer.length), true);
    assert.equal(picture.largeLengths.hasFrom(npages, longer.length + 1), false);
  }
  compareLookups(picture, spans);
}

function compareLookups(picture: Picture, spans: readonly Span[]): void {
  for (const span of spans) {
    assert.equal(picture.startingAt(span.page), span);
    for (const page of [0, span.npages >> 1, span.npages - 1]) {
      assert.equal(picture.at(span.page + page), span);
    }
  }
  assert.equal(picture.at(-1), undefined);
  assert.equal(picture.at(picture.end), undefined);
}

/** What a state shows of a span that the tracker can know too. */
function observed(span: SpanState): object {
  const { base, npages, needzero } = span;
  switch (span.state) {
    case 'free':
      return {
        use: 'free',
        base,
        npages,
        needzero,
        npreleased: span.npreleased,
        unusedsince: span.unusedsince,
      };
    case 'stack':
      return { use: 'stack', base, npages, needzero };
    case 'inuse':
      return {
        use: 'heap',
        base,
        npages,
        needzero,
        sizeclass: span.sizeclass,
        specials: recorded(span.specials),
      };
  }
}

function known(span: Span): object {
  const { use, npages, npreleased, unusedsince, sizeclass } = span;
  const base = span.page * PAGE_SIZE;
  const needzero = span.dirt === DIRT.none ? 0 : 1;
  switch (use) {
    case 'free':
      return { use, base, npages, needzero, npreleased, unusedsince };
    case 'stack':
      return { use, base, npages, needzero };
    case 'heap':
      return { use, base, npages, needzero, sizeclass, specials: specials(span) };
  }
}

/** Special records, each once: beyond 64 KiB two of different addresses may look the same. */
function recorded(specials: InUseSpanState['specials'] = []): Set<string> {
  return new Set(specials.map(([offset, kind]) => `${offset}: ${kind}`));
}

function specials(span: Span): Set<string> {
  const kinds = [KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE];
  const records = [...(span.specials ?? [])].flatMap(([offset, mask]) =>
    kinds.filter((kind) => mask & (1 << kind)).map((kind) => `${offset}: ${kind}`),
  );
  return new Set(records);
}

function shortLists(lists: ListsByLength): ByNumber<number[]> {
  const filled = [...lists.short.entries()].filter(([, list]) => list !== undefined && list.length > 0);
  return Object.fromEntries(filled.map(([npages, list]) => [npages, list === undefined ? [] : bases(list)]));
}

function bases(list: Iterable<Span>): number[] {
  return [...list].map(({ page }) => page * PAGE_SIZE);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function ascending(a: number, b: number): number {
  return a - b;
}
