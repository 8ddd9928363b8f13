import { example } from './example.js';

/** Programs that reach the shapes of sweeping. */
export const SWEEPING_EXAMPLES = {
  'sweeping/gives-pages': example(
    'malloc 1; gcStart; gcEnd distance 1; sweepone',
    'malloc 1; gcStart; gcEnd; sweepone',
  ),
  'sweeping/emptied': example('malloc 32; gcStart; gcEnd', 'o1 = malloc 32; gcStart; mark o1; gcEnd'),
  'sweeping/large-freed': example('malloc 32769; gcStart; gcEnd', 'malloc 32768; gcStart; gcEnd'),
  'sweeping/preserved': example(
    'o1 = malloc 32; malloc 32; gcStart; mark o1; gcEnd distance 8193; malloc 32',
    'o1 = malloc 32; malloc 32; gcStart; mark o1; gcEnd distance 8192; malloc 32',
  ),
  'sweeping/preserved-empty': example(
    'malloc 32; gcStart; gcEnd distance 8193; malloc 32',
    'malloc 32; gcStart; gcEnd distance 8192; malloc 32',
  ),
  'sweeping/nothing-freed': example(
    'o1 = malloc 32; gcStart; mark o1; gcEnd',
    'o1 = malloc 32; malloc 32; gcStart; mark o1; gcEnd',
  ),
  'sweeping/part-freed': example(
    'o1 = malloc 32; malloc 32; gcStart; mark o1; gcEnd',
    'o1 = malloc 32; gcStart; mark o1; gcEnd',
  ),
  'sweeping/taken-from-full': example(
    'malloc 16384; gcStart; gcEnd distance 1000000; malloc 16384',
    'malloc 16384; gcStart; gcEnd distance 16384; malloc 16384',
  ),
  'sweeping/large-kept': example(
    'o1 = malloc 32769; gcStart; mark o1; gcEnd',
    'o1 = malloc 32768; gcStart; mark o1; gcEnd',
  ),
  'sweeping/for-special': example(
    'o1 = malloc 32; gcStart; mark o1; gcEnd distance 1; addFinalizer o1 id 1',
    'o1 = malloc 32; gcStart; mark o1; gcEnd; addFinalizer o1 id 1',
  ),
  'sweeping/one-span': example(
    'o1 = malloc 1; gcStart; mark o1; gcEnd distance 1; sweepone',
    'o1 = malloc 1; gcStart; mark o1; gcEnd; sweepone',
  ),
  'sweeping/still-full': example(
    'o1 = malloc 32768; gcStart; mark o1; gcEnd distance 1000000; malloc 32768',
    'o1 = malloc 32768; gcStart; mark o1; gcEnd distance 1000000; malloc 28672',
  ),
  'sweeping/nothing-left': example('sweepone', 'malloc 1; gcStart; gcEnd distance 1; sweepone'),
  'reclaim/any-span': example(
    'malloc 32; gcStart; gcEnd distance 1000000; malloc 64',
    'malloc 32; gcStart; gcEnd distance 1000000; malloc 32',
  ),
  'reclaim/longer': example(
    'malloc 49153; gcStart; gcEnd distance 1000000; malloc 40961',
    'malloc 40961; gcStart; gcEnd distance 1000000; malloc 40961',
  ),
  'reclaim/everything': example(
    'o1 = malloc 32; gcStart; mark o1; gcEnd distance 1000000; malloc 64',
    'o1 = malloc 32; gcStart; mark o1; gcEnd; malloc 64',
  ),
  'reclaim/busy-large': example(
    'malloc 1048576; gcStart; gcEnd distance 10000000; malloc 40961',
    'malloc 1040384; gcStart; gcEnd distance 10000000; malloc 40961',
  ),
  'reclaim/exact-length': example(
    'malloc 40961; gcStart; gcEnd distance 1000000; malloc 40961',
    'malloc 40961; gcStart; gcEnd distance 1000000; malloc 40960',
  ),
  'reclaim/several-short': example(
    'malloc 40961; malloc 40961; gcStart; gcEnd distance 1000000; malloc 81920',
    'malloc 40961; malloc 40961; gcStart; gcEnd distance 1000000; malloc 40961',
  ),
  'credit/ahead': example(
    'malloc 32; gcStart; gcEnd distance 8193; malloc 32',
    'malloc 32; gcStart; gcEnd distance 8192; malloc 32',
  ),
  'credit/paid': example(
    'malloc 32; gcStart; gcEnd distance 8192; malloc 32',
    'malloc 32; gcStart; gcEnd distance 8193; malloc 32',
  ),
  'credit/ended': example(
    'malloc 32; gcStart; gcEnd distance 8192; malloc 32; malloc 64',
    'malloc 32; gcStart; gcEnd distance 16384; malloc 32; malloc 64',
  ),
  'credit/reimbursed': example(
    'o1 = malloc 32; gcStart; mark o1; gcEnd distance 8192; malloc 32',
    'o1 = malloc 32; gcStart; mark o1; gcEnd distance 8192; malloc 64',
  ),
};
