import { example } from './example.js';

/** Programs that misuse objects, caches and cycles. */
export const MISUSE_EXAMPLES = {
  'misuse/free-of-objects': example('malloc 32; free @0', 'alloc 1; free @0'),
  'misuse/no-memory-for-small': example(
    'config arenaPages=1; malloc 32768',
    'config arenaPages=1; malloc 32769',
  ),
  'misuse/no-memory-for-large': example(
    'config arenaPages=1; malloc 32769',
    'config arenaPages=1; malloc 32768',
  ),
  'misuse/stale-sweep-entry': example(
    's1 = alloc 1; free s1; gcStart; gcEnd',
    's1 = allocStack 1; freeStack s1; gcStart; gcEnd',
  ),
  'misuse/bad-size': example('malloc 0', 'malloc 1'),
  'misuse/bad-distance': example('gcStart; gcEnd distance -1', 'gcStart; gcEnd distance 0'),
  'misuse/cycle-in-cycle': example('gcStart; gcStart', 'gcStart; gcEnd; gcStart'),
  'misuse/no-cycle': example('gcEnd', 'gcStart; gcEnd'),
  'misuse/mark-nothing': example('gcStart; mark @0', 'malloc 32; gcStart; mark @0'),
  'misuse/mark-free-slot': example(
    'o1 = malloc 32; gcStart; mark o1+32',
    'o1 = malloc 32; malloc 32; gcStart; mark o1+32',
  ),
  'misuse/mark-past-limit': example(
    'o1 = malloc 5376; gcStart; mark o1+16128',
    'o1 = malloc 5376; gcStart; mark o1+16127',
  ),
  'misuse/span-of-no-objects': example('alloc 1; gcStart; gcEnd', 'allocStack 1; gcStart; gcEnd'),
  'misuse/last-cache': example('removeProc', 'config procs=2; removeProc'),
  'misuse/busy-cache': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 flush',
    'config procs=2; malloc 32; gcStart; gcEnd distance 1; sweepone; @1 flush cache 1',
  ),
  'misuse/would-wait': example(
    'config procs=2; o1 = malloc 32; gcStart; mark o1; gcEnd distance 1; sweepone; @1 setProfile o1 id 1 cache 1',
    'config procs=2; o1 = malloc 32; gcStart; mark o1; gcEnd distance 1; sweepone; setProfile o1 id 1 cache 1',
  ),
  'misuse/begin-inside': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 gcStart',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; gcStart',
  ),
  'misuse/end-inside': example(
    'malloc 32; gcStart; gcEnd distance 1; sweepone; @1 gcEnd',
    'malloc 32; gcStart; gcEnd distance 1; sweepone; gcEnd',
  ),
};
