import {
  PAGE_SIZE,
  type Heap,
  type HeapConfig,
  type Operation,
  type QueryResult,
  type SpanState,
  type State,
} from '../../spec/index.js';
import { diffValues } from '../diff.js';
import type { Invariant, StateView } from './invariant.js';

/** Of longer tilings, only so many spans are asked about, spread evenly: asking is not free. */
const MOST_SPANS_ASKED = 48;

/** One past the last byte of a span's last object (`limit`). */
function limitOf(span: SpanState): number {
  if (span.state === 'inuse' && span.limit !== undefined) return span.limit;
  const bytes = span.npages * PAGE_SIZE;
  return span.base + (span.state === 'inuse' ? Math.floor(bytes / span.elemsize) * span.elemsize : bytes);
}

/** The addresses worth asking about: a span's first and last byte, their neighbours, the limit, and the middle page. */
function probes(span: SpanState): number[] {
  const end = span.base + span.npages * PAGE_SIZE;
  const middle = span.base + Math.floor(span.npages / 2) * PAGE_SIZE + 1;
  const limit = limitOf(span);
  const addresses = [span.base - 1, span.base, span.base + 1, middle, limit - 1, limit, end - 1, end];
  return [...new Set(addresses)];
}

/** What all queries must answer for an address in a span, or in none. */
function answer(span: SpanState | undefined, addr: number, config: HeapConfig): QueryResult {
  const nothing = { inheap: false, inHeapOrStack: false, lookupMaybe: null, mlookup: null };
  if (span === undefined || span.state === 'free' || addr >= limitOf(span)) return nothing;
  const { base } = span;
  if (config.arenaStart + addr === 0) {
    // The nil pointer: only lookupMaybe, and so mlookup, does not know it (mheap.go:818).
    return span.state === 'stack'
      ? nothing
      : { ...nothing, lookupMaybe: base, mlookup: objectAt(span, addr) };
  }
  if (span.state === 'stack') return { ...nothing, inHeapOrStack: true, spanOf: base };
  return {
    inheap: true,
    inHeapOrStack: true,
    lookupMaybe: base,
    mlookup: objectAt(span, addr),
    spanOf: base,
  };
}

function objectAt(span: SpanState & { state: 'inuse' }, addr: number): [base: number, size: number] {
  const index = Math.floor((addr - span.base) / span.elemsize);
  return [span.base + index * span.elemsize, span.elemsize];
}

/** The span that holds an address, from a tiling in address order, near index `near`. */
function spanAt(state: State, addr: number, near: number): SpanState | undefined {
  for (const index of [near, near - 1, near + 1]) {
    const span = state.spans.at(index);
    if (index >= 0 && span && addr >= span.base && addr < span.base + span.npages * PAGE_SIZE) return span;
  }
  return undefined;
}

function ask(heap: Heap, operation: Operation, expected: QueryResult, what: string): string | null {
  const differences = diffValues('', expected, heap.perform(operation));
  if (differences.length === 0) return null;
  const parts = differences.map(
    ({ path, expected: e, actual: a }) => `${path || 'answer'} is ${show(a)} instead of ${show(e)}`,
  );
  return `asked about ${what}: ${parts.join(', ')}`;
}

function askAboutSpans(heap: Heap, { state, config }: StateView): string | null {
  const stride = Math.max(1, Math.ceil(state.spans.length / MOST_SPANS_ASKED));
  // The last span's end is where the arena ends, so counting from there always asks about that too.
  for (let i = state.spans.length - 1; i >= 0; i -= stride) {
    for (const addr of probes(state.spans[i])) {
      const expected = answer(spanAt(state, addr, i), addr, config);
      const problem = ask(heap, { op: 'query', addr }, expected, `@${addr}, at span @${state.spans[i].base}`);
      if (problem !== null) return problem;
    }
  }
  return null;
}

function askAboutOutside(heap: Heap, { state, statistics, config }: StateView): string | null {
  const { arenaUsed } = statistics;
  const atZero = spanAt(state, 0, 0);
  const nil = config.arenaStart === 0 ? answer(atZero, 0, config) : answer(undefined, 0, config);
  const problem = ask(heap, { op: 'query' }, nil, 'nil');
  if (problem !== null) return problem;
  const outside = [0 - config.arenaStart, -PAGE_SIZE, -1, arenaUsed, arenaUsed + PAGE_SIZE - 1];
  outside.push((config.arenaPages + 1) * PAGE_SIZE, Number.MAX_SAFE_INTEGER - config.arenaStart);
  for (const addr of outside) {
    const isNil = config.arenaStart + addr === 0;
    const wrong = ask(heap, { op: 'query', addr }, isNil ? nil : answer(undefined, addr, config), `@${addr}`);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** What a heap must answer to address queries (`mheap.go:295` to `399`, `817`); checked where the heap can be asked. */
export const QUERY_INVARIANTS: readonly Invariant[] = [
  {
    name: 'queries.agree-with-tiling',
    why: 'Every address query answers from the span table, whose entries for live spans, and for both ends of free ones, must say what the tiling says.',
    asks: true,
    check: (view) => (view.heap ? askAboutSpans(view.heap, view) : null),
  },
  {
    name: 'queries.nothing-outside',
    why: 'Nil and addresses below or past the arena are in no span, and the span table must not be read there.',
    asks: true,
    check: (view) => (view.heap ? askAboutOutside(view.heap, view) : null),
  },
];

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
