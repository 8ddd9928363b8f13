import { example, many, marks } from './example.js';

/** Leaves three full spans, two of them with two objects that live, one with one. */
const WALK = `${many(5, 4096)}; malloc 4096; gcStart; ${marks(1, 5)}; gcEnd distance 1000000000`;

/** Programs that reach the shapes of operations inside of others. */
export const INSIDE_EXAMPLES = {
  'inside/malloc': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 1 cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; malloc 1 cache 1',
  ),
  'inside/sweeps': example(
    'config procs=2; malloc 32; malloc 64; gcStart; gcEnd distance 1; sweepone; @1 sweepone cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 sweepone cache 1',
  ),
  'inside/in-malloc': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; malloc 64; @1 tick 1ns',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; malloc 64; tick 1ns',
  ),
  'inside/two-deep': example(
    'config procs=2; malloc 32; malloc 64; gcStart; gcEnd distance 1; sweepone; @1 sweepone cache 1; @1.1 tick 1ns',
    'config procs=2; malloc 32; malloc 64; gcStart; gcEnd distance 1; sweepone; @1 sweepone cache 1; @1 tick 1ns',
  ),
  'inside/in-sweepone': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 tick 1ns',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; tick 1ns',
  ),
  'inside/same-class': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 32 cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 33 cache 1',
  ),
  'inside/refill-same-class': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 32 cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 33 cache 1',
  ),
  'inside/two-refills': example(
    'config procs=2; o1 = malloc 32; gcStart; mark o1; gcEnd distance 1000000; malloc 32; @1 malloc 32 cache 1',
    'config procs=2; o1 = malloc 32; gcStart; mark o1; gcEnd distance 1000000; sweepone; @1 malloc 32 cache 1',
  ),
  'inside/walk-again': example(
    `config procs=2; ${WALK}; malloc 4096; @1 sweepone cache 1`,
    `config procs=2; ${WALK}; malloc 4096; @1 tick 1ns`,
  ),
  'inside/sweeps-same-class': example(
    'config procs=2; malloc 32768; malloc 32768; gcStart; gcEnd distance 1; sweepone; @1 sweepone cache 1',
    'config procs=2; malloc 32768; malloc 64; gcStart; gcEnd distance 1; sweepone; @1 sweepone cache 1',
  ),
  'inside/flush-same-class': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 32 cache 1; @1 flush cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 33 cache 1; @1 flush cache 1',
  ),
  'inside/new-cache': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 addProc; @1 malloc 32 cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 addProc; @1 malloc 32 cache 1',
  ),
  'inside/removed-same-class': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 32 cache 1; @1 removeProc cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 malloc 32 cache 1; @1 flush cache 1',
  ),
  'inside/frees-neighbour': example(
    'config procs=2; malloc 32; malloc 64; gcStart; gcEnd distance 1; sweepone; @1 sweepone cache 1',
    'config procs=2; malloc 32; malloc 64; gcStart; gcEnd distance 1; sweepone; sweepone cache 1',
  ),
  'inside/stack': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 allocStack 1',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; allocStack 1',
  ),
  'inside/takes-neighbour': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 allocStack 1',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; allocStack 1',
  ),
  'inside/scavenge': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 freeOSMemory',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; freeOSMemory',
  ),
  'inside/refused': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 flush',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 flush cache 1',
  ),
  'inside/flush': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 flush cache 1',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 flush',
  ),
  'inside/query': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 query @8191',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 query @8192',
  ),
  'inside/several-claims': example(
    'malloc 32; malloc 64; gcStart; gcEnd distance 1; malloc 128; @1 tick 1ns; @2 tick 1ns',
    'malloc 32; malloc 64; gcStart; gcEnd distance 1; malloc 128; @1 tick 1ns; @1 tick 1ns',
  ),
  'inside/cache-added': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 addProc',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; addProc',
  ),
  'inside/cache-removed': example(
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 removeProc cache 1',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; removeProc cache 1',
  ),
};
