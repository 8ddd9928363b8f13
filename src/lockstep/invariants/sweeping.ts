import { PAGE_SIZE, type SpanState, type State } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';

function rightStack({ state }: StateView): string | null {
  if (state.sweepStacks.unswept.length === 0 && unsweptPages(state) === 0) return null;
  const swept = new Set(state.sweepStacks.swept);
  const unswept = new Set(state.sweepStacks.unswept);
  for (const span of state.spans) {
    if (span.state !== 'inuse') continue;
    if (span.sweepgen === 0 ? unswept.has(span.base) : swept.has(span.base)) {
      return `span @${span.base} has sweepgen ${span.sweepgen} and stands on the wrong stack`;
    }
  }
  return null;
}

function doneWhileMarking({ state, statistics }: StateView): string | null {
  if (!state.marking || statistics.sweepdone === 1) return null;
  return `it marks, and sweepdone is ${statistics.sweepdone}`;
}

/** Spans that were in use or stacks and whose first page is free now. */
function noneFreedWhileMarking({ state, before }: StateView): string | null {
  if (before?.state.marking !== true || !state.marking) return null;
  const free = state.spans.filter((span) => span.state === 'free');
  let at = 0;
  for (const span of before.state.spans) {
    if (span.state === 'free') continue;
    while (at < free.length && endOf(free[at]) <= span.base) at++;
    if (at < free.length && free[at].base <= span.base) {
      return `span @${span.base} was ${span.state === 'stack' ? 'a stack' : 'in use'} and is free, while objects are being marked; if the program freed it, the program breaks this rule, and not the heap`;
    }
  }
  return null;
}

function endOf({ base, npages }: SpanState): number {
  return base + npages * PAGE_SIZE;
}

function unsweptPages(state: State): number {
  let pages = 0;
  for (const span of state.spans) if (span.state === 'inuse' && span.sweepgen !== 0) pages += span.npages;
  return pages;
}

function pagesAddUp({ state, statistics, before }: StateView): string | null {
  if (before?.statistics.sweepgen !== statistics.sweepgen) return null;
  const old = before.statistics.pagesSwept + unsweptPages(before.state);
  const now = statistics.pagesSwept + unsweptPages(state);
  return now === old ? null : `pages that are or were to be swept in this cycle went from ${old} to ${now}`;
}

function paidFor({ state }: StateView): string | null {
  const { sweepPagesPerByte } = state;
  if (!(sweepPagesPerByte >= 0 && Number.isFinite(sweepPagesPerByte))) {
    return `sweepPagesPerByte is ${sweepPagesPerByte}`;
  }
  const unswept = unsweptPages(state);
  return sweepPagesPerByte === 0 && unswept > 0
    ? `${unswept} pages are to be swept, and allocation pays nothing for it`
    : null;
}

/** Up to the last unswept span of a busy list, nothing has come in or changed its place. */
function unsweptAhead({ state, statistics, before }: StateView): string | null {
  if (before?.statistics.sweepgen !== statistics.sweepgen) return null;
  if (state.sweepStacks.unswept.length === 0) return null;
  const unswept = new Set(state.sweepStacks.unswept);
  const lists = { ...state.busy, busylarge: state.busylarge };
  const earlier: Readonly<Record<string, readonly number[]>> = {
    ...before.state.busy,
    busylarge: before.state.busylarge,
  };
  for (const [name, bases] of Object.entries(lists)) {
    const old = earlier[name] ?? [];
    let from = 0;
    const last = bases.findLastIndex((base) => unswept.has(base));
    for (const base of bases.slice(0, last + 1)) {
      const at = old.indexOf(base, from);
      if (at < 0) {
        return `the busy list ${name} has @${base} before the unswept span @${bases[last]}, and had not`;
      }
      from = at + 1;
    }
  }
  return null;
}

/** What holds of sweeping (`mheap.go:40` to `55`, `461` to `532`). */
export const SWEEPING_INVARIANTS: readonly Invariant[] = [
  {
    name: 'sweeping.right-stack',
    why: 'Of the two stacks of in-use spans one has those that are swept and one those that are not; they swap with each cycle (mheap.go:55).',
    check: rightStack,
  },
  {
    name: 'sweeping.done-while-marking',
    why: 'A cycle begins when all that the last one left has been swept, so nothing is swept while marking.',
    check: doneWhileMarking,
  },
  {
    name: 'sweeping.none-freed-while-marking',
    why: 'While marking, no span may go from in-use or stack to free: the marker may hold an address in it (mheap.go:138).',
    check: noneFreedWhileMarking,
  },
  {
    name: 'sweeping.pages-add-up',
    why: 'pagesSwept counts the pages of each span that is swept, so with those still to be swept it stays the same throughout a cycle.',
    check: pagesAddUp,
  },
  {
    name: 'sweeping.paid-for',
    why: 'What was not swept at once is swept in proportion to what is allocated: the ratio is a number, and 0 only when nothing is left.',
    check: paidFor,
  },
  {
    name: 'sweeping.unswept-ahead',
    why: 'Reclaiming goes through a busy list from the front and stops at what is swept, so what comes in or is reclaimed goes behind all that is not (mheap.go:469, 591); only sweeping in place breaks that order.',
    check: unsweptAhead,
  },
];
