import type { InUseSpanState, ObjectsState, State } from '../../spec/index.js';

/** An in-use span that holds objects. */
export type ObjectSpanState = InUseSpanState & ObjectsState;

/** The spans that hold objects, in address order. */
export function objectSpans(state: State): ObjectSpanState[] {
  return state.spans.filter(
    (span) => span.state === 'inuse' && span.nelems !== undefined,
  ) as ObjectSpanState[];
}

/** Finds the first span with objects that is wrong and says how. */
export function eachObjectSpan(state: State, wrong: (span: ObjectSpanState) => string | null): string | null {
  for (const span of objectSpans(state)) {
    const problem = wrong(span);
    if (problem !== null) return `span @${span.base} ${problem}`;
  }
  return null;
}

/** Bit `index` of bits as a state writes them: bytes in hexadecimal, the lowest bit of each first. */
export function bitAt(hex: string, index: number): boolean {
  const byte = index >> 3;
  return ((parseInt(hex.slice(2 * byte, 2 * byte + 2), 16) >> (index & 7)) & 1) === 1;
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
