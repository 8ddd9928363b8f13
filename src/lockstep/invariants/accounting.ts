import {
  KIND_SPECIAL_FINALIZER,
  KIND_SPECIAL_PROFILE,
  PAGE_SIZE,
  POINTER_SIZE,
  STATISTIC_NAMES,
  type SpanState,
  type State,
  type StatisticName,
} from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';

/** Pages of all spans in one of these states. */
function pagesOf(state: State, ...states: readonly SpanState['state'][]): number {
  let pages = 0;
  for (const span of state.spans) if (states.includes(span.state)) pages += span.npages;
  return pages;
}

/** Visible special records of one kind. */
function specialsOf(state: State, kind: number): number {
  let count = 0;
  for (const span of state.spans) {
    if (span.state !== 'inuse') continue;
    for (const special of span.specials ?? []) if (special[1] === kind) count++;
  }
  return count;
}

/** An invariant that one statistic is what the rest of the heap says. */
function equals(
  name: string,
  statistic: StatisticName,
  why: string,
  value: (view: StateView) => number,
): Invariant {
  return {
    name,
    why,
    check: (view) => {
      const expected = value(view);
      const actual = view.statistics[statistic];
      return actual === expected ? null : `${statistic} is ${actual}, the rest of the heap says ${expected}`;
    },
  };
}

function inuseAndIdleAreSys({ statistics: { heap_inuse, heap_idle, heap_sys } }: StateView): string | null {
  if (heap_inuse + heap_idle === heap_sys) return null;
  return `heap_inuse ${heap_inuse} + heap_idle ${heap_idle} is not heap_sys ${heap_sys}`;
}

function allspans({ statistics: { allspans, spansInUse } }: StateView): string | null {
  return allspans >= spansInUse ? null : `allspans has ${allspans} records, ${spansInUse} are in use`;
}

function finalizerRecords({ state, statistics: { finalizersInUse } }: StateView): string | null {
  const listed = specialsOf(state, KIND_SPECIAL_FINALIZER);
  return finalizersInUse >= listed
    ? null
    : `${listed} finalizers are listed, ${finalizersInUse} records are out`;
}

function profileRecords({ state, statistics: { profilesInUse } }: StateView): string | null {
  const listed = specialsOf(state, KIND_SPECIAL_PROFILE);
  return profilesInUse >= listed ? null : `${listed} profiles are listed, ${profilesInUse} records are out`;
}

function exactCounters({ statistics }: StateView): string | null {
  for (const name of STATISTIC_NAMES) {
    const value = statistics[name];
    if (!Number.isSafeInteger(value) || (value < 0 && name !== 'heap_objects')) {
      return `${name} is ${value}`;
    }
  }
  return null;
}

function neverShrinks({ state, statistics, before }: StateView): string | null {
  if (before === undefined) return null;
  for (const name of ['arenaUsed', 'heap_sys', 'allspans', 'spansMapped'] as const) {
    const old = before.statistics[name];
    if (statistics[name] < old) return `${name} went from ${old} down to ${statistics[name]}`;
  }
  return state.clock >= before.state.clock
    ? null
    : `the clock went from ${before.state.clock} back to ${state.clock}`;
}

/** What holds of the statistics: each is a sum over the heap, kept up to date by every operation. */
export const ACCOUNTING_INVARIANTS: readonly Invariant[] = [
  {
    name: 'accounting.inuse-and-idle-are-sys',
    why: 'All memory that the heap got from the operating system is either in use or idle.',
    check: inuseAndIdleAreSys,
  },
  equals(
    'accounting.heap-sys',
    'heap_sys',
    'What the operating system gave is the arena, and none of it is ever given back for good.',
    ({ statistics }) => statistics.arenaUsed,
  ),
  equals(
    'accounting.heap-inuse',
    'heap_inuse',
    'Stacks and heap spans are both taken from the heap (mheap.go:729), so both count as in use.',
    ({ state }) => pagesOf(state, 'inuse', 'stack') * PAGE_SIZE,
  ),
  equals(
    'accounting.heap-idle',
    'heap_idle',
    'Idle is what lies in free spans, released or not (mheap.go:730, 887).',
    ({ state }) => pagesOf(state, 'free') * PAGE_SIZE,
  ),
  equals(
    'accounting.stacks-inuse',
    'stacks_inuse',
    'It goes up by each stack span allocated (mheap.go:650) and down by each one freed (mheap.go:862).',
    ({ state }) => pagesOf(state, 'stack') * PAGE_SIZE,
  ),
  equals(
    'accounting.pages-in-use',
    'pagesInUse',
    'It counts pages of spans in state in-use, without stacks (mheap.go:587, 879): the pace of sweeping is derived from it.',
    ({ state }) => pagesOf(state, 'inuse'),
  ),
  equals(
    'accounting.spans-in-use',
    'spansInUse',
    'A merged span gives its record back at once (mheap.go:916), so every record that is out is a span of the tiling.',
    ({ state }) => state.spans.length,
  ),
  {
    name: 'accounting.allspans',
    why: 'allspans has every record ever made exactly once (mheap.go:39), and records are used again, so there are at least as many as are in use.',
    check: allspans,
  },
  equals(
    'accounting.spans-mapped',
    'spansMapped',
    'The span table is mapped exactly as far as the arena goes, in whole physical pages (mheap.go:444).',
    ({ config, statistics }) => {
      const bytes = (statistics.arenaUsed / PAGE_SIZE) * POINTER_SIZE;
      return (Math.ceil(bytes / config.physPageSize) * config.physPageSize) / POINTER_SIZE;
    },
  ),
  equals(
    'accounting.caches-in-use',
    'cachesInUse',
    'A cache is in use from its making to its removal, and numbers are never used again.',
    ({ state }) => state.mcache.filter((cache) => cache !== null).length,
  ),
  {
    name: 'accounting.finalizer-records',
    why: 'Every finalizer in a list is a record that is out (mheap.go:1229); those of a span that was freed with them stay out, in no list.',
    check: finalizerRecords,
  },
  {
    name: 'accounting.profile-records',
    why: 'Every profile in a list is a record that is out (mheap.go:1288); those of a span that was freed with them stay out, in no list.',
    check: profileRecords,
  },
  {
    name: 'accounting.exact-counters',
    why: 'Counters are integers that stay exact; only heap_objects can fall below zero, where more is taken off it than was large.',
    check: exactCounters,
  },
  {
    name: 'accounting.never-shrinks',
    why: 'Memory of the arena, span records and the span table are never given back, and time goes forward.',
    check: neverShrinks,
  },
];
