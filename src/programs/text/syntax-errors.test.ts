import assert from 'node:assert/strict';
import { parseProgram } from './parse-program.js';
import { ProgramSyntaxError } from './syntax-error.js';

function errorOf(text: string): ProgramSyntaxError {
  try {
    parseProgram(text, { file: 'f' });
  } catch (error) {
    if (error instanceof ProgramSyntaxError) return error;
    throw error;
  }
  throw new Error(`no error in ${text}`);
}

const COMMANDS =
  'a command (alloc, allocStack, free, freeStack, tick, scavenge, freeOSMemory, query, addFinalizer, ' +
  'removeFinalizer, setProfile, malloc, flush, addProc, removeProc, gcStart, mark, gcEnd, sweepone)';
const SETTINGS =
  'a setting (physPageSize, arenaPages, procs, arenaStart, heapAllocChunk, growRound, maxHeapList)';
const OUTCOMES = 'an outcome (result, RangeError, TypeError, fatal)';
const PLACE = 'a place such as s3, o3+8 or @4096';

test.each([
  // Commands
  ['aloc 5', `1:1: expected ${COMMANDS}, found 'aloc' (did you mean alloc?)`],
  ['  FREE s1', `1:3: expected ${COMMANDS}, found 'FREE' (did you mean free?)`],
  ['malloc_everything', `1:1: expected ${COMMANDS}, found 'malloc_everything'`],
  ['confg procs=2', `1:1: expected ${COMMANDS}, found 'confg' (did you mean config?)`],
  ['= alloc 1', `1:1: expected ${COMMANDS}, found '='`],
  ['"alloc" 1', `1:1: expected ${COMMANDS}, found "alloc"`],
  ['freeOSMemory\r\n\tfreeOSMemory now\r\n', "2:15: expected the end of the line, found 'now'"],
  ['freeOSMemory "now"', '1:14: expected the end of the line, found "now"'],
  ['freeOSMemory =', "1:14: expected the end of the line, found '='"],
  ['a\0\x1b[31m\u202e', `1:1: expected ${COMMANDS}, found 'a\\u{0}\\u{1b}[31m\\u{202e}'`],
  ['x'.repeat(99), `1:1: expected ${COMMANDS}, found '${'x'.repeat(40)}…'`],

  // Handles
  ['s3 alloc 5', "1:4: expected = after s3, found 'alloc'"],
  ['s3', '1:3: expected = after s3, found the end of the text'],
  ['s3 =\n', '1:5: expected an allocation (alloc, allocStack), found the end of the line'],
  ['s3 = free s3', "1:6: expected an allocation (alloc, allocStack), found 'free'"],
  [
    's3 = allocstack 5',
    "1:6: expected an allocation (alloc, allocStack), found 'allocstack' (did you mean allocStack?)",
  ],
  ['s1 = alloc 2\n s1 = alloc 3', '2:2: expected a handle that is not in use, found s1, made in line 1'],
  ['alloc 1\nfree s1', "2:6: expected a handle that an earlier line makes, found 's1'"],
  ['free s2+8\ns2 = alloc 1', "1:6: expected a handle that an earlier line makes, found 's2+8'"],
  ['s01 = alloc 1', `1:1: expected ${COMMANDS}, found 's01'`],
  ['s9007199254740992 = alloc 1', `1:1: expected ${COMMANDS}, found 's9007199254740992'`],

  ['o3 = alloc 5', "1:6: expected an allocation (malloc), found 'alloc' (did you mean malloc?)"],
  ['s3 = malloc 5', "1:6: expected an allocation (alloc, allocStack), found 'malloc' (did you mean alloc?)"],
  ['o1 = malloc 2\ns1 = alloc 3', '2:1: expected a handle that is not in use, found s1, made in line 1'],
  ['\no1 = malloc 2\nmark s1', "3:6: expected o1, an object that line 2 makes, found 's1'"],
  ['s1 = alloc 2\nquery o1+8', "2:7: expected s1, a span that line 1 makes, found 'o1+8'"],

  // Claims
  ['@2', `1:3: expected ${COMMANDS}, found the end of the text`],
  ['@2 config procs=2', `1:4: expected ${COMMANDS}, found 'config' (did you mean config?)`],
  ...['@0', '@', '@-1', '@1.', '@1..2', '@1.0', '@01', '@9007199254740992', '@1,2'].map((claim) => [
    `${claim} freeOSMemory`,
    `1:1: expected the number of a claim, such as @2 or @2.1, before a command, found '${claim}'`,
  ]),
  ['o1 = @1 malloc 8', "1:6: expected an allocation (malloc), found '@1'"],

  // Operands
  ['malloc', '1:7: expected a number of bytes after malloc, found the end of the text'],
  ['malloc 8 zero', "1:10: expected scan, needzero, cache or the end of the line, found 'zero'"],
  ['gcEnd 5', "1:7: expected distance or the end of the line, found '5'"],
  ['alloc', '1:6: expected a number of pages after alloc, found the end of the text'],
  ['alloc many # pages', "1:7: expected a number of pages after alloc, found 'many'"],
  ['alloc 0x10', "1:7: expected a number of pages after alloc, found '0x10'"],
  ['allocStack ! RangeError', "1:12: expected a number of pages after allocStack, found '!'"],
  [
    'alloc 1 larg',
    "1:9: expected class, large, needzero or the end of the line, found 'larg' (did you mean large?)",
  ],
  ['alloc 1 large large', "1:15: expected large once, found 'large'"],
  ['alloc 1 large ned', "1:15: expected class, needzero or the end of the line, found 'ned'"],
  ['alloc 1 class', '1:14: expected a number after class, found the end of the text'],
  ['free @0 acct noacct', "1:14: expected acct or noacct once, found 'noacct'"],
  ['free @0 class 3', "1:9: expected acct, noacct, dirty or the end of the line, found 'class'"],
  ['freeStack @0 dirty', "1:14: expected the end of the line, found 'dirty'"],
  ['tick 5', "1:6: expected a time such as 5m, 300s or 20ns after tick, found '5'"],
  ['tick 1.5s', "1:6: expected a time such as 5m, 300s or 20ns after tick, found '1.5s'"],
  ['tick 5 m', "1:6: expected a time such as 5m, 300s or 20ns after tick, found '5'"],
  ['scavenge', '1:9: expected a time such as 5m, 300s or 20ns after scavenge, found the end of the text'],
  ['free 4096', `1:6: expected ${PLACE} after free, found '4096'`],
  ['free nil', `1:6: expected ${PLACE} after free, found 'nil'`],
  ['query', `1:6: expected ${PLACE}, or nil, after query, found the end of the text`],
  ['query @', `1:7: expected ${PLACE}, or nil, after query, found '@'`],
  ['query @ "here"', `1:7: expected ${PLACE}, or nil, after query, found '@'`],
  ['s1 = alloc 1\nquery s1+', `2:7: expected ${PLACE}, or nil, after query, found 's1+'`],
  ['s1 = alloc 1\nquery s1+-8', `2:7: expected ${PLACE}, or nil, after query, found 's1+-8'`],
  ['s1 = alloc 1\nquery s1 +8', "2:10: expected the end of the line, found '+8'"],
  ['query @"here', '1:8: expected a closing quote, found "here'],
  ['query @"\\x"', '1:8: expected a string as in JSON, found "\\x"'],
  ['setProfile @0', '1:14: expected id and its value, found the end of the text'],
  ['setProfile @0 3', "1:15: expected id, cache or the end of the line, found '3'"],

  // Outcomes
  ['freeOSMemory !', `1:15: expected ${OUTCOMES}, found the end of the text`],
  ['freeOSMemory ! rangeError', `1:16: expected ${OUTCOMES}, found 'rangeError' (did you mean RangeError?)`],
  ['freeOSMemory ! result or', `1:25: expected ${OUTCOMES}, found the end of the text`],
  ['freeOSMemory ! result TypeError', "1:23: expected the end of the line, found 'TypeError'"],
  [
    'freeOSMemory ! fatal',
    '1:21: expected the message of the fatal error as a string, found the end of the text',
  ],
  ['freeOSMemory ! fatal x', "1:22: expected the message of the fatal error as a string, found 'x'"],

  // Settings
  ['config', `1:7: expected ${SETTINGS}, found the end of the text`],
  ['config arenapages=3', `1:8: expected ${SETTINGS}, found 'arenapages' (did you mean arenaPages?)`],
  ['config arenaPages 3', "1:19: expected = after arenaPages, found '3'"],
  ['config arenaPages=x', "1:19: expected a number for arenaPages, found 'x'"],
  ['config arenaPages=0', "1:19: expected arenaPages to be an integer from 1 to 67108864, found '0'"],
  [
    'config procs=2 arenaPages=0.5',
    "1:27: expected arenaPages to be an integer from 1 to 67108864, found '0.5'",
  ],
  [
    'config growRound=8192 heapAllocChunk=4096',
    "1:38: expected heapAllocChunk to be a multiple of 8192 from 0 to 1073741824, found '4096'",
  ],
  ['config procs=1 procs=2', "1:16: expected each setting once, found 'procs'"],
  ['config procs=1\nconfig procs=2', "2:8: expected each setting once, found 'procs'"],
  ['host seed=-1', "1:11: expected seed to be an integer from 0 to 4294967295, found '-1'"],
  ['host refusals=1.5', "1:15: expected refusals to be a number from 0 to 1, found '1.5'"],
  ['host sed=1', "1:6: expected a setting (seed, refusals), found 'sed' (did you mean seed?)"],
  ['freeOSMemory\nhost seed=1', "2:1: expected a command: host must come before the first one, found 'host'"],
])('%j', (text, message) => {
  assert.equal(errorOf(text).message, `f:${message}`);
});

test('the parts of the message can be had one by one', () => {
  const { name, file, line, column, expected, found, suggestion } = errorOf('# one\ns1 = alloc 1 larg');
  assert.deepEqual(
    { name, file, line, column, expected, found, suggestion },
    {
      name: 'ProgramSyntaxError',
      file: 'f',
      line: 2,
      column: 14,
      expected: 'class, large, needzero or the end of the line',
      found: "'larg'",
      suggestion: 'large',
    },
  );
});

test('a text without a name is called program', () => {
  assert.throws(() => parseProgram('x'), /^ProgramSyntaxError: program:1:1: /);
});
