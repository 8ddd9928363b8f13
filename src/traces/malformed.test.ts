import { CACHE, faultOfText, HEADER, STATE, TICK } from '../../properties/trace-lines.js';

test.each<[string, string, string]>([
  ['an empty line', '', '3:1: expected an object, found an empty line'],
  ['white space', '  ', '3:3: expected an object, found the end of the line'],
  ['no JSON', 'tick 5', '3:1: expected an object, found "t"'],
  ['an array', '[]', '3:1: expected an object, found an array'],
  [
    'an empty object',
    '{}',
    '3:2: expected "format" (of a header), "op" (of a step) or "state" as the first key, found',
  ],
  [
    'a cut line',
    '{"op":"tick","args":{"ns":5',
    '3:28: expected "," or "}" in args, found the end of the line',
  ],
  ['a cut string', '{"op":"ti', '3:10: expected the end of the string in op, found the end of the line'],
  ['more behind a record', `${TICK} ${TICK}`, '3:31: expected the end of the line, found an object'],
  ['a byte order mark', `\ufeff${TICK}`, '3:1: expected an object, found "\\ufeff"'],
  ['a NUL character', '{"op":"tick",\0"args":{"ns":5}}', '3:14: expected a key, found "\\u0000"'],
  [
    'a line feed in a string',
    '{"op":"query","throw":"a\tb"}',
    'expected no control character in a string in throw',
  ],
  ['an unknown escape', '{"op":"query","throw":"\\q"}', '3:23: expected a string without unknown escapes'],
  ['an unknown operation', '{"op":"malloc"}', '3:7: expected "alloc" or "free" or'],
  ['an operation of a prototype', '{"op":"toString"}', '3:7: expected "alloc" or "free" or'],
  [
    'another key first',
    '{"args":{"ns":5},"op":"tick"}',
    '3:2: expected "format" (of a header), "op" (of a step) or',
  ],
  [
    'an unknown key',
    '{"op":"tick","args":{"ns":5},"note":1}',
    '3:30: expected one of the keys "args", "throw", "sys", "st',
  ],
  ['claims', '{"op":"tick","args":{"ns":5},"claims":[]}', 'found the key "claims"'],
  [
    'a key twice',
    '{"op":"tick","args":{"ns":5},"args":{"ns":5}}',
    '3:30: expected each key once, found the key "args"',
  ],
  [
    'a key twice, escaped',
    '{"op":"tick","args":{"ns":5,"n\\u0073":5}}',
    '3:29: expected each key once in args',
  ],
  [
    '__proto__',
    '{"op":"tick","args":{"ns":5,"__proto__":{"ns":6}}}',
    '3:29: expected the key "ns" in args, found',
  ],
  ['missing arguments', '{"op":"tick"}', '3:13: expected the key "args", found the end of the object'],
  [
    'a missing argument',
    '{"op":"free","args":{"acct":0,"base":0}}',
    '3:39: expected the key "needzero" in args, found the end',
  ],
  [
    'arguments of none',
    '{"op":"freeOSMemory","args":{},"ret":0}',
    '3:22: expected one of the keys "ret", "throw"',
  ],
  [
    'an argument of the wrong type',
    '{"op":"tick","args":{"ns":"5"}}',
    '3:27: expected an integer from 0 to 900',
  ],
  [
    'an argument out of range',
    '{"op":"allocStack","args":{"npages":0},"ret":null}',
    '3:37: expected an integer from 1 to 5497',
  ],
  [
    'an unsafe integer',
    '{"op":"tick","args":{"ns":9007199254740993}}',
    '3:27: expected an integer from 0 to 9007199254740991',
  ],
  ['a fraction', '{"op":"tick","args":{"ns":5.5}}', 'in args.ns, found the number 5.5'],
  ['an exponent', '{"op":"tick","args":{"ns":5e-3}}', 'in args.ns, found the number 5e-3'],
  ['an overflow', '{"op":"tick","args":{"ns":1e999}}', 'in args.ns, found the number 1e999'],
  [
    'a size class too many',
    withClass(67),
    'expected an integer from 0 to 66 in args.sizeclass, found the number 67',
  ],
  [
    'a base that is none',
    '{"op":"freeStack","args":{"base":8191}}',
    '3:34: expected a multiple of 8192 from 0 to 549755805696',
  ],
  [
    'no result',
    '{"op":"scavenge","args":{"limit":5}}',
    '3:36: expected the key "ret" or the key "throw", found the end',
  ],
  [
    'a result and an error',
    '{"op":"freeOSMemory","ret":0,"throw":"x"}',
    'expected the key "ret" or the key "throw", found both',
  ],
  [
    'a result of none',
    '{"op":"tick","args":{"ns":5},"ret":0}',
    '3:30: expected one of the keys "args", "throw"',
  ],
  [
    'the result of another',
    '{"op":"freeOSMemory","ret":null}',
    '3:28: expected an integer from 0 to 549755813888 in ret',
  ],
  [
    'an unknown call',
    withSys('["map",0,1],["mmap",0,1]'),
    '3:50: expected "map" or "used" or "unused" in sys[1][0]',
  ],
  ['a short call', withSys('["map",0]'), 'expected 3 elements in sys[0], found 2'],
  [
    'a long call',
    withSys('["map",0,1,1]'),
    'expected 3 elements and no more in sys[0][3], found the number 1',
  ],
  ['an empty call', withSys('["map",0,0]'), 'expected an integer from 1 to 9007199254740991 in sys[0][2]'],
  [
    'unsorted calls',
    withSys('["used",8,1],["map",0,1]'),
    'expected calls sorted by name, then offset in sys',
  ],
  [
    'unsorted offsets',
    withSys('["used",8,1],["used",0,1]'),
    'expected calls sorted by name, then offset in sys',
  ],
  [
    'an unknown statistic',
    withStats('"heap_used":5'),
    '3:39: expected one of the keys "heap_inuse", "heap_idle"',
  ],
  ['a statistic twice', withStats('"nlookup":5,"nlookup":5'), '3:51: expected each key once in stats'],
  ['a statistic that is null', withStats('"nlookup":null'), 'in stats.nlookup, found null'],
  ['a second header', HEADER, '3: expected a step or a state, found a header'],
  [
    'a state with less',
    '{"state":{"spans":[]}}',
    '3:21: expected the key "free" in state, found the end of the object',
  ],
  ['a state with more', STATE.replace('"clock"', '"clocks":1,"clock"'), 'in state, found the key "clocks"'],
  [
    'a key beside a state',
    STATE.replace(/}$/, ',"op":"tick"}'),
    'expected the key "state", found the key "op"',
  ],
  [
    'a list of 0 pages',
    STATE.replace('"free":{}', '"free":{"0":[]}'),
    'expected integers from 1 to 127 as keys, each once',
  ],
  [
    'a list of 128 pages',
    STATE.replace('"busy":{}', '"busy":{"128":[]}'),
    'in state.busy, found the key "128"',
  ],
  ['a list of 01 pages', STATE.replace('"busy":{}', '"busy":{"01":[]}'), 'in state.busy, found the key "01"'],
  ['a list twice', STATE.replace('"busy":{}', '"busy":{"1":[],"1":[]}'), 'in state.busy, found the key "1"'],
  [
    'a prototype list',
    STATE.replace('"busy":{}', '"busy":{"__proto__":[]}'),
    'in state.busy, found the key "__proto__"',
  ],
  [
    'a cache that is none',
    STATE.replace(CACHE, '5'),
    'expected an object in state.mcache[0], found the number 5',
  ],
  [
    'a counter that is none',
    STATE.replace('"counters":{}', '"counters":{"x":1}'),
    'in state.mcache[0].counters, found',
  ],
  [
    'a ratio below 0',
    STATE.replace('Byte":0', 'Byte":-1'),
    'expected a number of at least 0 in state.sweepPagesPerByte',
  ],
  [
    'deep nesting',
    STATE.replace('"spans":[', `"spans":[${'['.repeat(100_000)}`),
    'in state.spans[0], found an array',
  ],
  [
    'a span without a state',
    withSpan('"base":0,"npages":1,"needzero":0'),
    'expected the key "state" in state.spans[0]',
  ],
  [
    'a span in no state',
    withSpan('"base":0,"npages":1,"needzero":0,"state":"dead"'),
    'expected "free" or "stack" or "inuse"',
  ],
  [
    'a free span without an age',
    withSpan('"base":0,"npages":1,"needzero":0,"state":"free","npreleased":0'),
    'expected the key "unusedsince" of a span that is "free" in state.spans[0], found the end of the object',
  ],
  [
    'a stack span with a size class',
    withSpan('"base":0,"npages":1,"needzero":0,"state":"stack","sizeclass":0'),
    'expected a span that is "stack" to have no key "sizeclass" in state.spans[0], found one',
  ],
  [
    'an in-use span with object fields',
    withSpan('"base":0,"npages":1,"needzero":0,"state":"inuse","nelems":0'),
    'in state.spans[0], found the key "nelems"',
  ],
])('refuses %s as a line', async (_what, line, fault) => {
  const message = await faultOfText(`${HEADER}\n${TICK}\n${line}\n${TICK}\n`);
  expect(message).toContain(fault);
  expect(message).toMatch(/^x:3:/);
});

function withClass(sizeclass: number): string {
  return `{"op":"alloc","args":{"npages":1,"sizeclass":${sizeclass},"large":true,"needzero":true},"ret":null}`;
}

function withSys(calls: string): string {
  return `{"op":"tick","args":{"ns":5},"sys":[${calls}]}`;
}

function withStats(stats: string): string {
  return `{"op":"tick","args":{"ns":5},"stats":{${stats}}}`;
}

function withSpan(span: string): string {
  return STATE.replace('"spans":[]', `"spans":[{${span}}]`);
}

test.each<[string, string, string]>([
  ['nothing', '', 'x:1: expected a header, found nothing: it is empty'],
  ['a line feed', '\n', 'x:1:1: expected an object, found an empty line'],
  ['no header', `${TICK}\n`, 'x:1: expected a header, found a step'],
  ['a state for a header', `${STATE}\n`, 'x:1: expected a header, found a state'],
  ['another format', '{"format":"x"}', 'x:1:11: expected "pageheap-trace" in format, found the string "x"'],
  [
    'no version',
    HEADER.replace('"version":1,', ''),
    'x:1:101: expected the key "version", found the end of the obj',
  ],
  [
    'version 2',
    HEADER.replace('"version":1', '"version":2'),
    'expected version 1 of the format, the only one known here,',
  ],
  [
    'another level',
    HEADER.replace('"pages"', '"bytes"'),
    'x:1:48: expected "pages" or "objects" in level, found the string "bytes"',
  ],
  ['no config', HEADER.replace(/"config":.*}/, '"config":null}'), 'expected an object in config, found null'],
  [
    'an odd page size',
    HEADER.replace('4096', '4097'),
    'found that physPageSize must be a power of two from 4096',
  ],
  [
    'no arena',
    HEADER.replace('900', '0'),
    'expected a possible configuration in config, found that arenaPages must be',
  ],
  [
    'an unknown setting',
    HEADER.replace('procs', 'procz'),
    'x:1:103: expected one of the keys "physPageSize", "arenaPages"',
  ],
  [
    'refusals above 1',
    HEADER.replace(/}$/, ',"host":{"seed":1,"refusals":1.5}}'),
    'expected a number from 0 to 1 in host.refusals',
  ],
  ['a program', 'config arenaPages=5\nalloc 5\n', 'x:1:1: expected an object, found "c"'],
])('refuses %s at the start', async (_what, text, fault) => {
  expect(await faultOfText(text)).toContain(fault);
});
