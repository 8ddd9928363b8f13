import { CLOCK_BOUND } from './ledger.js';
import type { Command } from './program.js';
import type { Run } from './run.js';

const MICROSECOND = 1000;
const MILLISECOND = 1000 * MICROSECOND;
const SECOND = 1000 * MILLISECOND;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The age, in ns, from which on the runtime's own scavenger releases what is free. */
const SCAVENGE_AFTER = 5 * MINUTE;

const UNITS: readonly number[] = [MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR];

/** What is known of the time, and of when spans were freed. */
type Timed = Pick<Run, 'chance' | 'ledger'>;

/** Draws a tick: from nothing to some hours. */
export function tick({ chance, ledger }: Timed): Command {
  const ns = drawDuration();
  ledger.tick(ns);
  return { op: 'tick', ns };

  function drawDuration(): number {
    if (ledger.clock > CLOCK_BOUND) return 1;
    switch (chance.below(4)) {
      case 0:
        return chance.between(0, 3);
      case 1:
        return SCAVENGE_AFTER + chance.between(-1, 1);
      case 2:
        return chance.magnitude(1, 4 * HOUR);
      default:
        return chance.pick(UNITS) * chance.between(1, 10);
    }
  }
}

/** Draws a limit for scavenging: at or around the age of a span freed lately, or any. */
export function scavenge({ chance, ledger }: Timed): Command {
  return { op: 'scavenge', limit: drawLimit() };

  function drawLimit(): number {
    const { clock, freedCount } = ledger;
    if (freedCount > 0 && chance.happens(1 / 2)) {
      const age = clock - ledger.freed(chance.below(freedCount)).freedAt;
      return Math.max(0, age + chance.between(-1, 1));
    }
    switch (chance.below(4)) {
      case 0:
        return 0;
      case 1:
        return SCAVENGE_AFTER;
      case 2:
        return chance.below(clock + 1);
      default:
        return chance.magnitude(1, Number.MAX_SAFE_INTEGER);
    }
  }
}
