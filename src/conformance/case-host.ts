import { RecordingHost } from '../lockstep/index.js';
import { refuses } from '../lockstep/decisions.js';
import type { HostScript } from '../programs/index.js';

/**
 * The requests for fresh memory that a script's host refuses, by their number from 1. An operation makes at most two of
 * them, so those of four for each command are as good as all.
 */
export function refusedRequests(script: HostScript, commands: number): number[] {
  if (script.refusals === 0) return [];
  const refused: number[] = [];
  for (let ordinal = 1; ordinal <= 4 * commands + 64; ordinal++) {
    if (refuses(script, ordinal)) refused.push(ordinal);
  }
  return refused;
}

/** A host that writes down what a heap does to it, and refuses the requests for fresh memory that a case names. */
export class CaseHost extends RecordingHost {
  private readonly refused: ReadonlySet<number>;
  private asked = 0;

  constructor(refused: readonly number[] = []) {
    super({ gctrace: false });
    this.refused = new Set(refused);
  }

  override sysMap(offset: number, bytes: number): boolean {
    this.asked++;
    return !this.refused.has(this.asked) && super.sysMap(offset, bytes);
  }
}
