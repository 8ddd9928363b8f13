import { FATAL, FatalError } from '../../spec/index.js';
import type { Mheap } from '../mheap.js';
import { sweepone } from './sweeping.js';

/**
 * Pays for `bytes` of allocation by sweeping, until no more than `leave` pages are owed or nothing is left to sweep
 * ("Proportional sweep, deduct").
 */
export function deductSweepCredit(h: Mheap, bytes: number, leave: number): void {
  if (h.sweepPagesPerByte === 0) return;
  h.counters.spanBytesAlloc += bytes;
  const owed = Math.trunc(h.sweepPagesPerByte * h.counters.spanBytesAlloc);
  while (owed - h.counters.pagesSwept > leave) {
    if (sweepone(h) === -1) {
      h.sweepPagesPerByte = 0;
      return;
    }
  }
}

/**
 * Takes back what was paid for memory that turned out to be in use already ("Proportional sweep, Reimburse").
 *
 * @throws FatalError where more is taken back than was paid.
 */
export function reimburseSweepCredit(h: Mheap, bytes: number): void {
  if (h.sweepPagesPerByte === 0) return;
  h.counters.spanBytesAlloc -= bytes;
  if (h.counters.spanBytesAlloc < 0) throw new FatalError(FATAL.creditUnderflow);
}
