import type { Bases, ByNumber, SpanState, State } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';
import { isQuiet } from './quiet.js';

/** One list of a state, with its name for messages. */
interface NamedList {
  readonly name: string;
  readonly bases: Bases;
  /** Pages of every span in it; undefined for the list of long ones. */
  readonly npages?: number;
}

function listsOf(kind: 'free' | 'busy', exact: ByNumber<Bases>, long: Bases): NamedList[] {
  const lists: NamedList[] = Object.entries(exact).map(([key, bases]) => ({
    name: `${kind}[${key}]`,
    bases,
    npages: Number(key),
  }));
  lists.push({ name: `${kind}large`, bases: long });
  return lists;
}

const freeLists = (state: State): NamedList[] => listsOf('free', state.free, state.freelarge);
const busyLists = (state: State): NamedList[] => listsOf('busy', state.busy, state.busylarge);

/** Says what stands in the wrong list, or twice; leaves in `rest` the spans that stand in none. */
function misplaced(
  lists: readonly NamedList[],
  rest: Map<number, SpanState>,
  maxHeapList: number,
): string | null {
  for (const { name, bases, npages } of lists) {
    if (npages !== undefined && !(npages >= 1 && npages < maxHeapList)) return `there is no list ${name}`;
    if (npages !== undefined && bases.length === 0) return `${name} is empty and should be left out`;
    for (const base of bases) {
      const span = rest.get(base);
      if (span === undefined) {
        return `${name} has @${base}, which does not belong into any of these lists, or not twice`;
      }
      if (npages === undefined ? span.npages < maxHeapList : span.npages !== npages) {
        return `${name} has span @${base} of ${span.npages} pages`;
      }
      rest.delete(base);
    }
  }
  return null;
}

function spansBy(state: State, wanted: (span: SpanState) => boolean): Map<number, SpanState> {
  const found = new Map<number, SpanState>();
  for (const span of state.spans) if (wanted(span)) found.set(span.base, span);
  return found;
}

/** Where each span was pushed last on the stack of swept spans, counted from the top. */
function lastPushes(state: State): Map<number, number> {
  const depths = new Map<number, number>();
  state.sweepStacks.swept.forEach((base, depth) => {
    if (!depths.has(base)) depths.set(base, depth);
  });
  return depths;
}

function freeSpans({ config, state }: StateView): string | null {
  const rest = spansBy(state, (span) => span.state === 'free');
  const wrong = misplaced(freeLists(state), rest, config.maxHeapList);
  if (wrong !== null) return wrong;
  for (const [base, { npages }] of rest) {
    return `free span @${base} of ${npages} pages is in no free list`;
  }
  return null;
}

function busySpans({ config, state }: StateView): string | null {
  const rest = spansBy(state, (span) => span.state === 'inuse');
  return misplaced(busyLists(state), rest, config.maxHeapList);
}

function busyAreLarge({ state, large }: StateView): string | null {
  if (large === undefined) return null;
  const missing = new Set(large);
  for (const { name, bases } of busyLists(state)) {
    for (const base of bases) {
      if (!missing.delete(base)) return `${name} has @${base}, which was not asked for as large`;
    }
  }
  for (const base of missing) return `large span @${base} is in no busy list`;
  return null;
}

function freelargeByAddress({ state: { freelarge } }: StateView): string | null {
  const index = freelarge.findIndex((base, i) => i > 0 && base <= freelarge[i - 1]);
  return index < 0 ? null : `freelarge has @${freelarge[index]} behind @${freelarge[index - 1]}`;
}

function busyInOrderOfAllocation({ state, statistics }: StateView): string | null {
  if (statistics.sweepgen !== 0) return null;
  const depths = lastPushes(state);
  for (const { name, bases } of busyLists(state)) {
    const index = bases.findIndex(
      (base, i) => i > 0 && Number(depths.get(base)) > Number(depths.get(bases[i - 1])),
    );
    if (index > 0) {
      return `${name} has @${bases[index]} behind @${bases[index - 1]}, which was allocated later`;
    }
  }
  return null;
}

function freeNewestFirst({ state, statistics, before }: StateView): string | null {
  if (before === undefined || !isQuiet(statistics, before.statistics)) return null;
  for (const { name, bases, npages } of freeLists(state)) {
    if (npages === undefined) continue;
    const old = before.state.free[npages] ?? [];
    const stayed = new Set(bases);
    const expected = old.filter((base) => stayed.has(base));
    const actual = bases.slice(bases.length - expected.length);
    if (expected.some((base, i) => base !== actual[i])) {
      return `${name} was ${show(old)} and is now ${show(bases)}: more than its front has changed`;
    }
  }
  return null;
}

/** What holds of the free lists and the busy lists (`mheap.go:32` to `35`). */
export const LIST_INVARIANTS: readonly Invariant[] = [
  {
    name: 'lists.free-spans',
    why: 'Each free span stands in exactly the free list of its length (mheap.go:936), else it would never be found, or be given out twice.',
    check: freeSpans,
  },
  {
    name: 'lists.busy-spans',
    why: 'The busy lists hold in-use spans only, each once and in the list of its length (mheap.go:943), so that freeing can take it out again.',
    check: busySpans,
  },
  {
    name: 'lists.busy-are-large',
    why: 'Exactly the spans that were asked for as large are put on a busy list (mheap.go:588), where reclaiming looks for them.',
    check: busyAreLarge,
  },
  {
    name: 'lists.freelarge-by-address',
    why: 'The order of the long free spans cannot be observed (best fit looks at all of them, mheap.go:747), so a state gives them by address.',
    check: freelargeByAddress,
  },
  {
    name: 'lists.busy-in-order-of-allocation',
    why: 'A large span goes to the back of its busy list (mheap.go:591) when it is allocated, which is when it goes to the top of the sweep stack; only sweeping changes that.',
    check: busyInOrderOfAllocation,
  },
  {
    name: 'lists.free-newest-first',
    why: 'Spans are inserted at the front of their free list (mheap.go:933) and taken from anywhere, so those that stay keep their order behind those that are new; an operation that sweeps may do so several times.',
    check: freeNewestFirst,
  },
];

function show(bases: Bases): string {
  return bases.length <= 8 ? `[${bases.join(', ')}]` : `[${bases.slice(0, 8).join(', ')}, …]`;
}
