import type { InUseSpanState, ObjectsState, SpanState, State } from '../../spec/index.js';

/** An in-use span that holds objects. */
export type ObjectSpanState = InUseSpanState & ObjectsState;

/** The spans that hold objects, in address order. */
export function objectSpans(state: State): readonly ObjectSpanState[] {
  return state.spans.filter(holdsObjects);
}

function holdsObjects(span: SpanState): span is ObjectSpanState {
  return span.state === 'inuse' && span.nelems !== undefined;
}

/** Finds the first span with objects that is wrong and says how. */
export function eachObjectSpan(state: State, wrong: (span: ObjectSpanState) => string | null): string | null {
  for (const span of state.spans) {
    if (!holdsObjects(span)) continue;
    const problem = wrong(span);
    if (problem !== null) return `span @${span.base} ${problem}`;
  }
  return null;
}

/** The character codes of 0 and a, and what the latter stands for. */
const [ZERO, LETTER_A, TEN] = [48, 97, 10];

/** Bit `index` of bits as a state writes them: bytes in hexadecimal, the lowest bit of each first. */
export function bitAt(hex: string, index: number): boolean {
  // The digit of the low half of a byte stands second.
  const code = hex.charCodeAt(2 * (index >> 3) + ((index & 4) === 0 ? 1 : 0));
  const digit = code < LETTER_A ? code - ZERO : code - LETTER_A + TEN;
  return ((digit >> (index & 3)) & 1) === 1;
}

/** Whether any bit is set. */
export function anyBit(hex: string): boolean {
  return /[^0]/.test(hex);
}

/** Whether a slot holds an object: it was given out, or was live when the span was swept last. */
export function isAllocated({ freeindex, allocBits }: ObjectSpanState, slot: number): boolean {
  return slot < freeindex || bitAt(allocBits, slot);
}

/** The slots for which `is` holds. */
export function countSlots(span: ObjectSpanState, is: (slot: number) => boolean): number {
  let count = 0;
  for (let slot = 0; slot < span.nelems; slot++) if (is(slot)) count++;
  return count;
}
