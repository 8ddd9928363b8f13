import { faultOfText, HEADER, STATE, TICK } from '../../properties/trace-lines.js';

const SWEEP = '{"op":"sweepone","args":{"p":0},"ret":0}';
const OBJECTS_HEADER = HEADER.replace('"pages"', '"objects"');
const OBJECT_SPAN =
  '"base":0,"npages":1,"needzero":0,"state":"inuse","sizeclass":5,"elemsize":64,"allocCount":1,"sweepgen":0,' +
  '"limit":8192,"nelems":10,"freeindex":1,"incache":true,"allocBits":"0000","gcmarkBits":"0100","allocCache":[7,0]';

test.each<[string, string, string]>([
  [
    'an operation without arguments',
    '{"op":"gcStart","args":{}}',
    'expected one of the keys "throw", "claims", "sys"',
  ],
  ['an object of no size', withMalloc(0, 0), 'expected an integer from 1 to 4503599627370496 in args.size'],
  [
    'pointers in more than an object',
    withMalloc(8, 9),
    'expected "scan" to be at most "size", 8 in args, found 9',
  ],
  [
    'null for an object',
    withMalloc(8, 8).replace(/"ret":.*}/, '"ret":null}'),
    'expected an object in ret, found null',
  ],
  [
    'a claim of no span',
    withClaims('{}'),
    'expected the key "span" in claims[0], found the end of the object',
  ],
  [
    'a claim of no base',
    withClaims('{"span":5}'),
    'expected a multiple of 8192 from 0 to 549755805696 in claims[0].span',
  ],
  [
    'more in a claim',
    withClaims('{"span":0,"step":[]}'),
    'expected one of the keys "span", "stats", "steps" in claims[0]',
  ],
  ['a claim twice closed', withClaims('{"span":0}}'), 'expected "," or "]" in claims'],
  [
    'an unknown statistic at a claim',
    withClaims('{"span":0,"stats":{"x":1}}'),
    'in claims[0].stats, found the key "x"',
  ],
  [
    'a state inside',
    withInside('{"state":{}}'),
    'expected "op" as the first key in claims[0].steps[0], found the key "state"',
  ],
  [
    'nothing inside',
    withInside('{}'),
    'expected "op" as the first key in claims[0].steps[0], found an empty object',
  ],
  [
    'a stopped world inside',
    withInside('{"op":"gcStart"}'),
    'in claims[0].steps[0].op, found the string "gcStart"',
  ],
  [
    'a step inside of a stopped world',
    `{"op":"gcStart","claims":[{"span":0},{"span":8192,"steps":[${SWEEP}]}]}`,
    'expected one of the keys "span", "stats" in claims[1], found the key "steps"',
  ],
  [
    'a wrong result far inside',
    withInside(SWEEP, withInside('{"op":"sweepone","args":{"p":1},"ret":-2}')),
    'expected an integer from -1 to 67108864 in claims[0].steps[1].claims[0].steps[0].ret, found the number -2',
  ],
  [
    'an error inside that is survived',
    withInside('{"op":"sweepone","args":{"p":0},"throw":"x"}'),
    'expected the step to end in the fatal error of a step inside of it, found another end',
  ],
  [
    'a step behind an error inside',
    withInside('{"op":"query","throw":"x"}', SWEEP).replace('"ret":0,"claims"', '"throw":"x","claims"'),
    'expected nothing behind a fatal error, found more claims or steps behind that of a step inside',
  ],
  [
    'a claim behind an error inside',
    `{"op":"freeOSMemory","throw":"x","claims":[{"span":0,"steps":[{"op":"query","throw":"x"}]},{"span":0}]}`,
    'expected nothing behind a fatal error, found more claims or steps behind that of a step inside',
  ],
  ['a finalizer of no place', '{"op":"gcStart","finalizers":[[-1,1]]}', 'in finalizers[0][0], found'],
  ['half a profile', '{"op":"gcStart","profiles":[[1]]}', 'expected 2 elements in profiles[0], found 1'],
  [
    'marked bytes without marking',
    STATE.replace('"marking"', '"bytesMarked":1,"marking"'),
    'expected no key "bytesMarked"',
  ],
  [
    'marking without marked bytes',
    STATE.replace('"marking":false', '"marking":true'),
    'the key "bytesMarked" while marking',
  ],
  [
    'half a tiny block',
    STATE.replace('"alloc":{}', '"alloc":{},"tiny":16'),
    'expected both keys, "tiny" and "tinyoffset", or none in state.mcache[0], found one',
  ],
  [
    'more than a tiny block',
    STATE.replace('"alloc":{}', '"alloc":{},"tiny":16,"tinyoffset":17'),
    'expected an integer from 0 to 16 in state.mcache[0].tinyoffset',
  ],
  [
    'objects without bits',
    withSpan(OBJECT_SPAN.replace('"allocBits":"0000",', '')),
    'expected the key "allocBits" of a span that holds small objects in state.spans[0]',
  ],
  [
    'small objects without their cache',
    withSpan(OBJECT_SPAN.replace(',"allocCache":[7,0]', '')),
    'expected the key "allocCache" of a span that holds small objects in state.spans[0]',
  ],
  [
    'a large object with a cache of bits',
    withSpan(OBJECT_SPAN.replace('"sizeclass":5', '"sizeclass":0')),
    'expected a span that holds an object to have no key "allocCache" in state.spans[0], found one',
  ],
  [
    'a free span with objects',
    withSpan(
      OBJECT_SPAN.replace('"inuse"', '"free"').replace(
        '"sizeclass"',
        '"npreleased":0,"unusedsince":0,"sizeclass"',
      ),
    ),
    'expected a span that is "free" to have no key "sizeclass" in state.spans[0], found one',
  ],
  [
    'too few bits',
    withSpan(OBJECT_SPAN.replace('"0000"', '"00"')),
    'expected 4 hexadecimal digits as "allocBits" in state.spans[0], found "00"',
  ],
  [
    'bits in capital letters',
    withSpan(OBJECT_SPAN.replace('"0100"', '"0F00"')),
    'expected 4 hexadecimal digits as "gcmarkBits" in state.spans[0], found "0F00"',
  ],
  [
    'a bit of no object',
    withSpan(OBJECT_SPAN.replace('"0100"', '"0104"')),
    'expected the bits behind the last object to be 0 in "gcmarkBits" in state.spans[0], found "04"',
  ],
  [
    'a word too large',
    withSpan(OBJECT_SPAN.replace('[7,0]', '[4294967296,0]')),
    'expected an integer from 0 to 4294967295 in state.spans[0].allocCache[0]',
  ],
])('refuses %s as a line of a trace of objects', async (_what, line, fault) => {
  const message = await faultOfText(`${OBJECTS_HEADER}\n${SWEEP}\n${line}\n${SWEEP}\n`);
  expect(message).toContain(fault);
  expect(message).toMatch(/^x:3:/);
});

test('reads what those lines are made from', async () => {
  const lines = [
    OBJECTS_HEADER,
    SWEEP,
    withMalloc(8, 8),
    withSpan(OBJECT_SPAN),
    withInside(withInside(SWEEP)),
  ];
  expect(await faultOfText(lines.join('\n'))).toBe('no fault');
});

test('refuses as a line of a trace of pages what is of the other level', async () => {
  for (const line of [
    SWEEP,
    withMalloc(8, 8),
    withSpan(OBJECT_SPAN),
    '{"op":"freeOSMemory","ret":0,"claims":[]}',
  ]) {
    expect(await faultOfText(`${HEADER}\n${TICK}\n${line}\n`)).toMatch(
      /^x:3:\d+: expected .*, found the (?:string|key) /,
    );
  }
});

test('refuses more steps inside of each other than there may be, and any depth of them', async () => {
  const nested = (depth: number): string => {
    const open = '{"op":"sweepone","args":{"p":0},"ret":0,"claims":[{"span":0,"steps":[';
    return open.repeat(depth) + SWEEP + ']}]}'.repeat(depth);
  };
  expect(await faultOfText(`${OBJECTS_HEADER}\n${nested(64)}\n`)).toBe('no fault');
  expect(await faultOfText(`${OBJECTS_HEADER}\n${nested(65)}\n`)).toContain(
    'expected at most 64 steps inside of each other',
  );
  expect(await faultOfText(`${OBJECTS_HEADER}\n${nested(100_000)}\n`)).toContain(
    'expected at most 64 steps inside',
  );
});

function withMalloc(size: number, scan: number): string {
  return `{"op":"malloc","args":{"needzero":true,"p":0,"scan":${scan},"size":${size}},"ret":{"addr":0,"zeroed":true}}`;
}

function withClaims(claims: string): string {
  return `{"op":"sweepone","args":{"p":0},"ret":0,"claims":[${claims}]}`;
}

function withInside(...steps: string[]): string {
  return withClaims(`{"span":0,"steps":[${steps.join(',')}]}`);
}

function withSpan(span: string): string {
  return STATE.replace('"spans":[]', `"spans":[{${span}}]`);
}
