import type { Breakdown } from './contract.js';

/** An implementation could not be started. */
export class BreakdownError extends Error {
  override readonly name = 'BreakdownError';
  readonly breakdown: Breakdown;

  constructor(breakdown: Breakdown) {
    super(breakdown.message);
    this.breakdown = breakdown;
  }
}
