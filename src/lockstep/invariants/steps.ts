import type { SpanState, State } from '../../spec/index.js';
import { isQuiet } from './quiet.js';
import type { Invariant, StateView } from './invariant.js';

/** The spans that are not free. */
function liveSpans(state: State): Map<number, SpanState> {
  const live = new Map<number, SpanState>();
  for (const span of state.spans) if (span.state !== 'free') live.set(span.base, span);
  return live;
}

function isSame(a: SpanState, b: SpanState | undefined): boolean {
  if (b === undefined || a.npages !== b.npages || a.state !== b.state) return false;
  return a.state !== 'inuse' || b.state !== 'inuse' || a.sizeclass === b.sizeclass;
}

function oneSpanAtATime({ state, statistics, before }: StateView): string | null {
  if (before === undefined || !isQuiet(statistics, before.statistics)) return null;
  const now = liveSpans(state);
  const earlier = liveSpans(before.state);
  const gone = [...earlier.values()].filter((span) => !isSame(span, now.get(span.base)));
  const made = [...now.values()].filter((span) => !isSame(span, earlier.get(span.base)));
  if (gone.length + made.length <= 1) return null;
  return `one operation ended the spans ${names(gone)} and began ${names(made)}`;
}

/** What holds of a single step: of the states before and after one operation. */
export const STEP_INVARIANTS: readonly Invariant[] = [
  {
    name: 'steps.one-span-at-a-time',
    why: 'As long as nothing is swept, an operation allocates one span, or frees one, or neither: all others stay where and what they are.',
    check: oneSpanAtATime,
  },
];

function names(spans: readonly SpanState[]): string {
  return spans.length === 0 ? 'none' : spans.map(({ base, npages }) => `@${base} of ${npages}`).join(', ');
}
