import { example } from './example.js';

/** Programs that reach the shapes of queries, special records and misuse. */
export const QUERY_EXAMPLES = {
  'query/nil': example('query nil', 'query @0'),
  'query/nil-inside-arena': example(
    'config arenaStart=0; alloc 1; query @0',
    'config arenaStart=1048576; alloc 1; query @0',
  ),
  'query/below': example('query @-1', 'query @0'),
  'query/above': example('alloc 1; query @1048576', 'alloc 1; query @1048575'),
  'query/before-any-growth': example('query @0', 'alloc 1; query @0'),
  'query/first-byte': example('s1 = alloc 1; query s1', 's1 = alloc 1; query s1+1'),
  // Class 4 has objects of 48 bytes, 170 in a page: the limit is 8160.
  'query/last-byte': example('s1 = alloc 1 class 4; query s1+8159', 's1 = alloc 1 class 4; query s1+8160'),
  'query/one-past-the-end': example('s1 = alloc 1; query s1+8192', 's1 = alloc 1; query s1+8193'),
  'query/free-page': example('s1 = alloc 1; query s1+8192', 's1 = alloc 1; query s1+8191'),
  'query/inside-free-span': example('alloc 1; query @16384', 'alloc 1; query @16383'),
  'query/in-stack': example('s1 = allocStack 1; query s1+8191', 's1 = allocStack 1; query s1+8192'),
  'query/in-heap': example('s1 = alloc 1; query s1+8191', 's1 = allocStack 1; query s1+8191'),
  'query/past-limit': example('s1 = alloc 1 class 4; query s1+8160', 's1 = alloc 1 class 4; query s1+8159'),
  'query/at-limit': example('s1 = alloc 1 class 4; query s1+8160', 's1 = alloc 1 class 4; query s1+8161'),
  'query/object-base': example('s1 = alloc 1 class 4; query s1+48', 's1 = alloc 1 class 4; query s1'),
  'query/inside-object': example('s1 = alloc 1 class 4; query s1+47', 's1 = alloc 1 class 4; query s1+48'),
  'query/across-pages': example('s1 = alloc 2 class 4; query s1+8192', 's1 = alloc 2 class 4; query s1+8191'),
  'query/inside-large': example('s1 = alloc 1; query s1+1', 's1 = alloc 1; query s1'),

  'specials/finalizer-added': example(
    's1 = alloc 1; addFinalizer s1 id 1',
    's1 = alloc 1; setProfile s1 id 1',
  ),
  'specials/finalizer-duplicate': example(
    's1 = alloc 1; addFinalizer s1 id 1; addFinalizer s1 id 2',
    's1 = alloc 1; addFinalizer s1 id 1; addFinalizer s1+8 id 1',
  ),
  'specials/finalizer-removed': example(
    's1 = alloc 1; addFinalizer s1 id 1; removeFinalizer s1',
    's1 = alloc 1; addFinalizer s1 id 1; removeFinalizer s1+8',
  ),
  'specials/finalizer-absent': example(
    's1 = alloc 1; setProfile s1 id 1; removeFinalizer s1',
    's1 = alloc 1; addFinalizer s1 id 1; removeFinalizer s1',
  ),
  'specials/profile-set': example('s1 = alloc 1; setProfile s1 id 1', 's1 = alloc 1; addFinalizer s1 id 1'),
  'specials/finalizer-and-profile': example(
    's1 = alloc 1; setProfile s1 id 1; addFinalizer s1 id 1',
    's1 = alloc 1; setProfile s1 id 1; addFinalizer s1+8 id 1',
  ),
  'specials/several': example(
    's1 = alloc 1; setProfile s1 id 1; addFinalizer s1+8 id 1',
    's1 = alloc 1; setProfile s1 id 1; addFinalizer s1 id 1',
  ),
  'specials/long-offset': example(
    's1 = alloc 9; addFinalizer s1+65536 id 1',
    's1 = alloc 9; addFinalizer s1+65535 id 1',
  ),
  'specials/cut-to-other': example(
    'malloc 27264; malloc 27264; o3 = malloc 27264; addFinalizer o3+11008 id 1',
    'malloc 27264; malloc 27264; o3 = malloc 27264; addFinalizer o3+11007 id 1',
  ),
  'specials/span-freed': example(
    's1 = alloc 1; addFinalizer s1 id 1; free s1',
    's1 = alloc 1; addFinalizer s1 id 1; removeFinalizer s1; free s1',
  ),
  'specials/inherited': example(
    's1 = alloc 1; addFinalizer s1 id 1; free s1; alloc 1',
    'alloc 1; s1 = alloc 1; s2 = alloc 1; alloc 1; addFinalizer s1 id 1; free s1; free s2; alloc 2',
  ),

  'misuse/double-free': example(
    's1 = alloc 1; alloc 1; free s1; free s1',
    's1 = alloc 1; alloc 1; free s1; freeStack s1',
  ),
  'misuse/double-free-of-stack': example(
    's1 = allocStack 1; alloc 1; freeStack s1; freeStack s1',
    's1 = allocStack 1; alloc 1; freeStack s1; free s1',
  ),
  'misuse/free-of-merged': example(
    's1 = alloc 1; s2 = alloc 1; free s1; free s2; free s2',
    's1 = alloc 1; s2 = alloc 1; free s1; free s2; free s1',
  ),
  'misuse/free-inside-span': example('s1 = alloc 2; free s1+8192', 's1 = alloc 2; free s1+16384'),
  'misuse/free-outside': example('alloc 1; free @1048576', 'alloc 1; free @1048575'),
  'misuse/stack-freed-as-heap': example('s1 = allocStack 1; free s1', 's1 = alloc 1; freeStack s1'),
  'misuse/heap-freed-as-stack': example('s1 = alloc 1; freeStack s1', 's1 = allocStack 1; free s1'),
  'misuse/bad-count': example('alloc 0', 'alloc 65537'),
  'misuse/bad-class': example('alloc 1 class 67', 'alloc 0 class 67'),
  'misuse/bad-type': example('alloc "1"', 'alloc 0.5'),
  'misuse/unknown-cache': example(
    's1 = alloc 1; addFinalizer s1 id 1 cache 1',
    'config procs=2; s1 = alloc 1; addFinalizer s1 id 1 cache 1',
  ),
  'misuse/bad-time': example('scavenge -1ns', 'scavenge 0s'),
  'misuse/clock-overflow': example('tick 9007199254740991ns', 'tick 9007199254740990ns'),
  'misuse/bad-address': example('query @9007199254740992', 'query @9007199254740991'),
  'misuse/special-outside': example('addFinalizer @0 id 1', 'removeFinalizer @0'),
  'misuse/special-on-stack': example(
    's1 = allocStack 1; setProfile s1 id 1',
    's1 = alloc 1; setProfile s1 id 1',
  ),
  'misuse/special-on-free-page': example(
    's1 = alloc 1; addFinalizer s1+8192 id 1',
    's1 = alloc 1; addFinalizer s1-1 id 1',
  ),
  'misuse/special-past-limit': example(
    's1 = alloc 1 class 4; setProfile s1+8160 id 1',
    's1 = alloc 1 class 4; setProfile s1+8159 id 1',
  ),
  'misuse/removal-off-objects': example(
    's1 = allocStack 1; removeFinalizer s1',
    's1 = alloc 1; removeFinalizer s1',
  ),
  'misuse/profile-twice': example(
    's1 = alloc 1; setProfile s1 id 1; setProfile s1 id 2',
    's1 = alloc 1; setProfile s1 id 1; setProfile s1+8 id 2',
  ),
};
