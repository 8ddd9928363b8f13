import type { Heap, HeapConfig, State, Statistics } from '../../spec/index.js';
import type { ObjectLedger } from '../objects/object-ledger.js';

/** A heap between two operations, as an invariant sees it. */
export interface StateView {
  readonly config: HeapConfig;
  readonly state: State;
  readonly statistics: Statistics;
  /** The same heap before its last operation, where that is at hand. */
  readonly before?: { readonly state: State; readonly statistics: Statistics };
  /** Bases of the live spans that were asked for as large, where whoever checks has seen all operations. */
  readonly large?: ReadonlySet<number>;
  /** The objects that the program has, where whoever checks has seen all operations. */
  readonly objects?: ObjectLedger;
  /** The heap itself, for invariants that ask it; the questions count as lookups in its first cache. */
  readonly heap?: Heap;
}

/** Something that is true of every heap between two operations. */
export interface Invariant {
  /** Theme and rule, e.g. `spans.tile-arena`: it stays the same across versions. */
  readonly name: string;
  /** One sentence of why it holds, or of what breaks where it does not. */
  readonly why: string;
  /** Whether it performs queries on the heap, which leave traces in it; so it is checked at the end of a run only. */
  readonly asks?: boolean;
  /** Says in a sentence how the heap breaks it; null where it holds, or where the view does not show enough to tell. */
  check(view: StateView): string | null;
}

/** An invariant that was found broken. */
export interface BrokenInvariant {
  readonly name: string;
  readonly why: string;
  readonly message: string;
}

/** Checks invariants in their order and gives those that are broken. */
export function brokenInvariants(view: StateView, invariants: readonly Invariant[]): BrokenInvariant[] {
  const broken: BrokenInvariant[] = [];
  for (const invariant of invariants) {
    const message = checked(invariant, view);
    if (message !== null) broken.push({ name: invariant.name, why: invariant.why, message });
  }
  return broken;
}

/** A state that is no proper state at all (a foreign heap may give one) breaks the invariant that trips over it. */
function checked(invariant: Invariant, view: StateView): string | null {
  try {
    return invariant.check(view);
  } catch (error) {
    return `could not be checked: ${String(error)}`;
  }
}
