import { example } from './example.js';

/** A physical page holds two pages of the heap. */
const WIDE = 'config physPageSize=16384';

/** An arena with room for a span of 2^20 pages. */
const LONG = 'config arenaPages=2097152 growRound=8192 heapAllocChunk=8192 maxHeapList=1';

/** Programs that reach the shapes of freeing and of scavenging. */
export const FREEING_EXAMPLES = {
  'freeing/alone': example('s1 = alloc 1; alloc 1; free s1', 's1 = alloc 1; free s1'),
  'freeing/joins-left': example(
    's1 = alloc 1; s2 = alloc 1; alloc 1; free s1; free s2',
    's1 = alloc 1; s2 = alloc 1; free s1; free s2',
  ),
  'freeing/joins-right': example(
    'alloc 1; s1 = alloc 1; free s1',
    's1 = alloc 1; s2 = alloc 1; free s1; free s2',
  ),
  'freeing/joins-both': example(
    's1 = alloc 1; s2 = alloc 1; free s1; free s2',
    's1 = alloc 1; s2 = alloc 1; alloc 1; free s1; free s2',
  ),
  'freeing/reaches-start': example('s1 = alloc 1; alloc 1; free s1', 'alloc 1; s1 = alloc 1; free s1'),
  'freeing/reaches-end': example(
    'alloc 126; s1 = alloc 1; free s1',
    'alloc 126; s1 = alloc 1; alloc 1; free s1',
  ),
  'freeing/whole-arena': example('s1 = alloc 1; free s1', 's1 = alloc 1; alloc 1; free s1'),
  'freeing/short-become-large': example('s1 = alloc 64; free s1', 's1 = alloc 128; free s1'),
  'freeing/joins-giant': example(
    `${LONG}; s1 = alloc 1048576; s2 = alloc 1; free s1; free s2`,
    `${LONG}; s1 = alloc 1048575; s2 = alloc 1; free s1; free s2`,
  ),
  'freeing/from-inside-free-list': example(
    's1 = alloc 1; alloc 1; s2 = alloc 1; s3 = alloc 1; s4 = alloc 1; alloc 1; free s1; free s2; free s4; free s3',
    's1 = alloc 1; alloc 1; s2 = alloc 1; s3 = alloc 1; s4 = alloc 1; alloc 1; free s2; free s1; free s4; free s3',
  ),
  'freeing/from-busy-list': example('s1 = alloc 127 large; free s1', 's1 = alloc 128 large; free s1'),
  'freeing/from-busy-large': example('s1 = alloc 128 large; free s1', 's1 = alloc 128; free s1'),
  'freeing/from-inside-busy-list': example(
    'alloc 1 large; s2 = alloc 1 large; alloc 1 large; free s2',
    'alloc 1 large; s2 = alloc 1 large; alloc 2 large; free s2',
  ),
  'freeing/large-not-counted-off': example(
    's1 = alloc 1 large; free s1 noacct',
    's1 = alloc 1 large; free s1 acct',
  ),
  'freeing/counted-off-unlisted': example('s1 = alloc 1; free s1 acct', 's1 = alloc 1; free s1 noacct'),
  'freeing/restarts-age': example(
    's1 = alloc 1; tick 1ns; free s1',
    's1 = alloc 1; alloc 1; tick 1ns; free s1',
  ),

  'released/joins-left': example(
    's1 = alloc 2; s2 = alloc 2; alloc 2; free s1; freeOSMemory; free s2',
    's1 = alloc 2; s2 = alloc 2; alloc 2; free s1; free s2',
  ),
  'released/joins-right': example(
    's1 = alloc 2; free s1; s2 = alloc 2; freeOSMemory; free s2',
    's1 = alloc 2; s2 = alloc 2; free s1; freeOSMemory; free s2',
  ),
  'released/joins-both': example(
    's1 = alloc 2; s2 = alloc 2; free s1; freeOSMemory; free s2',
    's1 = alloc 2; s2 = alloc 2; freeOSMemory; free s1; free s2',
  ),

  'stacks/allocated': example('alloc 1; allocStack 1', 'allocStack 65537'),
  'stacks/large': example('allocStack 128', 'allocStack 127'),
  'stacks/freed': example('s1 = allocStack 1; freeStack s1', 's1 = alloc 1; free s1'),
  'stacks/between-heap-spans': example(
    'alloc 1; s1 = allocStack 1; alloc 1; freeStack s1',
    'alloc 1; s1 = allocStack 1; allocStack 1; freeStack s1',
  ),
  'stacks/on-both-sides': example(
    'allocStack 1; s1 = alloc 1; allocStack 1; free s1',
    'alloc 1; s1 = alloc 1; allocStack 1; free s1',
  ),

  'scavenging/releases': example('alloc 127; freeOSMemory', 'alloc 128; freeOSMemory'),
  'scavenging/releases-large': example('s1 = alloc 1; free s1; freeOSMemory', 'alloc 1; freeOSMemory'),
  'scavenging/releases-giant': example(
    `${LONG}; s1 = alloc 1048576; free s1; freeOSMemory`,
    `${LONG}; s1 = alloc 1048575; free s1; freeOSMemory`,
  ),
  'scavenging/nothing-free': example('alloc 128; freeOSMemory', 'alloc 127; freeOSMemory'),
  'scavenging/too-young': example('alloc 1; tick 4ns; scavenge 5ns', 'alloc 1; tick 6ns; scavenge 5ns'),
  'scavenging/age-at-limit': example('alloc 1; tick 5ns; scavenge 5ns', 'alloc 1; tick 4ns; scavenge 5ns'),
  'scavenging/age-above-limit': example('alloc 1; tick 6ns; scavenge 5ns', 'alloc 1; tick 7ns; scavenge 5ns'),
  'scavenging/just-freed': example(
    's1 = alloc 1; tick 9ns; free s1; freeOSMemory',
    's1 = alloc 1; tick 9ns; freeOSMemory',
  ),
  'scavenging/inherited-age': example(
    's1 = alloc 128; free s1; tick 6ns; alloc 1; scavenge 5ns',
    's1 = alloc 128; free s1; alloc 1; tick 6ns; scavenge 5ns',
  ),
  'scavenging/restarted-age': example(
    's1 = alloc 1; tick 6ns; free s1; scavenge 5ns',
    's1 = alloc 1; tick 5ns; free s1; scavenge 5ns',
  ),
  'scavenging/nothing-more': example(
    'alloc 1; freeOSMemory; freeOSMemory',
    's1 = alloc 1; freeOSMemory; free s1; freeOSMemory',
  ),
  'scavenging/newly-merged': example(
    's1 = alloc 1; freeOSMemory; free s1; freeOSMemory',
    's1 = alloc 1; freeOSMemory; freeOSMemory; free s1',
  ),
  'scavenging/rounds-start': example(`${WIDE}; alloc 1; freeOSMemory`, `${WIDE}; alloc 2; freeOSMemory`),
  'scavenging/rounds-end': example(
    `${WIDE}; s1 = alloc 3; alloc 125; free s1; freeOSMemory`,
    `${WIDE}; s1 = alloc 4; alloc 124; free s1; freeOSMemory`,
  ),
  'scavenging/within-physical-page': example(
    `${WIDE}; alloc 1; s1 = alloc 2; alloc 125; free s1; freeOSMemory`,
    `${WIDE}; s1 = alloc 2; alloc 126; free s1; freeOSMemory`,
  ),
  'scavenging/only-edges-left': example(
    `${WIDE}; alloc 1; freeOSMemory; freeOSMemory`,
    `${WIDE}; alloc 2; freeOSMemory; freeOSMemory`,
  ),
  'scavenging/again-after-use': example(
    's1 = alloc 128; free s1; freeOSMemory; s2 = alloc 127; freeOSMemory',
    's1 = alloc 128; free s1; s2 = alloc 127; freeOSMemory',
  ),
  'scavenging/traced': example('alloc 128; freeOSMemory', 'host seed=1; alloc 128; freeOSMemory'),
  'scavenging/traced-release': example('alloc 1; freeOSMemory', 'alloc 128; freeOSMemory'),
};
