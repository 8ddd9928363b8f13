import assert from 'node:assert/strict';
import { optimizedHeap } from '../optimized/index.js';
import { noEffects, runLockstep, type Claim, type NestedStep, type Outcome } from '../lockstep/index.js';
import { OBLIGING_HOST, type Command, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { DEFAULT_CONFIG, initialStatistics, type HeapFactory, type Operation } from '../spec/index.js';
import { readTrace, recordProgram, replayTrace, TraceWriter, type RecordReport } from './index.js';

const HEAPS = [referenceHeap, optimizedHeap];

/** A program in which objects die, one with a finalizer, and a span is swept by what `sweepone` claims. */
function programOf(...inside: readonly Command[]): Program {
  const malloc = (handle: number): Command => ({
    op: 'malloc',
    handle,
    size: 64,
    p: 0,
    scan: 8,
    needzero: false,
  });
  const place = (handle: number): { handle: number; offset: number } => ({ handle, offset: 0 });
  return {
    config: { ...DEFAULT_CONFIG, procs: 3 },
    host: OBLIGING_HOST,
    commands: [
      malloc(1),
      malloc(2),
      { op: 'addFinalizer', at: place(1), id: 7, p: 0 },
      { op: 'setProfile', at: place(2), id: 9, p: 0 },
      { op: 'flush', p: 0 },
      { op: 'gcStart' },
      { op: 'gcEnd', heapDistance: 1e6 },
      { op: 'sweepone', p: 1 },
      ...inside,
      { op: 'query', at: place(3) },
    ],
  };
}

const INSIDE: readonly Command[] = [
  { op: 'malloc', handle: 3, size: 3000, p: 2, scan: 0, needzero: true, claim: [1] },
  // Refused, since cache 1 is in the midst of the sweep; skipped, since there is no such claim; and one that runs.
  { op: 'flush', p: 1, claim: [1] },
  { op: 'tick', ns: 5, claim: [2] },
  { op: 'allocStack', handle: 4, npages: 2, claim: [1] },
];

function record(program: Program, heap: HeapFactory): RecordReport & { text: string[] } {
  const text: string[] = [];
  return { ...recordProgram(program, heap, (line) => text.push(line)), text };
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
}

describe.each(HEAPS)('the $name heap', (heap) => {
  test('leaves what ran at a claim inside of the step, with statistics from record to record', () => {
    const { text, ...report } = record(programOf(...INSIDE), heap);
    const counts = { lines: 11, steps: 9, nested: 2, operations: 12, states: 1, skipped: 1, refused: 1 };
    expect(report).toEqual(counts);
    expect(JSON.parse(text[0])).toMatchObject({ level: 'objects' });
    const sweep = text[8];
    expect(sweep).toMatch(
      /^\{"op":"sweepone","args":\{"p":1\},"ret":0,"claims":\[\{"span":0,"steps":\[\{"op":"malloc",/,
    );
    expect(sweep).toMatch(
      /\{"op":"allocStack","args":\{"npages":2\},"ret":\{"base":32768\},"stats":\{[^}]*\}\}\]\}\],/,
    );
    expect(sweep).toContain('],"finalizers":[[0,7]],"profiles":[[9,64]],"stats":{');
    // The object that was made inside has its handle outside.
    expect(text[9]).toContain('{"op":"query","args":{"addr":8192},"ret":{');
  });

  test('is asked for as many operations as in lockstep, and in a replay for those that are in the trace', async () => {
    const program = programOf(...INSIDE);
    const { text, operations, refused } = record(program, heap);
    expect(runLockstep(program, { heaps: [heap] }).operations).toBe(operations);
    const replayed = await replayTrace(readTrace(bytesOf(text)), heap);
    expect(replayed.operations).toBe(operations - refused);
  });

  test('has each operation told before it begins, those inside of others too', async () => {
    const program = programOf(...INSIDE);
    const recorded: number[][] = [];
    const lines: string[] = [];
    recordProgram(program, heap, (line) => lines.push(line), {
      onOperation: (...place) => recorded.push(place),
    });
    const inLockstep: number[][] = [];
    runLockstep(program, { heaps: [heap], onOperation: (...place) => inLockstep.push(place) });
    // Command 10 is skipped.
    const commands = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12];
    expect(recorded).toEqual(commands.map((command, i) => [i + 1, command]));
    expect(inLockstep).toEqual([[0, -1], ...recorded]);

    const replayed: number[][] = [];
    await replayTrace(readTrace(bytesOf(lines)), heap, {
      onOperation: (...place) => replayed.push(place),
    });
    // The one that was refused is not there, and those inside of line 9 are in that line.
    const places = [2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 10].map((line, i) => [i + 1, line]);
    expect(replayed).toEqual(places);
  });

  test('replays its own recording, and that of the other one, which is the same', async () => {
    const program = programOf(...INSIDE);
    const [mine, other] = [heap, ...HEAPS.filter((one) => one !== heap)].map(
      (one) => record(program, one).text,
    );
    assert.deepEqual(mine, other);
    const { mismatch, lines } = await replayTrace(readTrace(bytesOf(mine)), heap);
    expect(mismatch).toBeUndefined();
    expect(lines).toBe(mine.length);
  });

  test('ends a recording with the fatal error of what runs inside', async () => {
    const stack: Command = { op: 'allocStack', handle: 4, npages: 2, claim: [1] };
    const at = { handle: 4, offset: 0 };
    const fatal: Command = { op: 'addFinalizer', at, id: 1, p: 2, claim: [1] };
    const never: Command = { op: 'tick', ns: 5, claim: [1] };
    const { text, ...report } = record(programOf(stack, fatal, never), heap);
    expect(report).toMatchObject({
      steps: 8,
      nested: 2,
      states: 0,
      endedBy: 'addspecial on invalid pointer',
    });
    expect(text.at(-1)?.match(/"throw":"addspecial on invalid pointer"/g)).toHaveLength(2);
    const { mismatch, endedBy } = await replayTrace(readTrace(bytesOf(text)), heap);
    expect([mismatch, endedBy]).toEqual([undefined, 'addspecial on invalid pointer']);
  });

  test('runs nothing inside of what stops the world', () => {
    const program = programOf();
    const malloc = INSIDE[0];
    const commands = program.commands.flatMap((one): Command[] => (one.op === 'sweepone' ? [] : [one]));
    const { text, skipped } = record(
      { ...program, commands: [...commands, { op: 'gcStart' }, malloc] },
      heap,
    );
    expect(text.at(-2)).toMatch(/^\{"op":"gcStart","claims":\[\{"span":0\}\],"finalizers"/);
    expect(skipped).toBe(2);
  });
});

test('a program without commands about objects has the level of pages', () => {
  const commands: Command[] = [{ op: 'allocStack', handle: 1, npages: 2 }];
  const { text } = record({ config: DEFAULT_CONFIG, host: OBLIGING_HOST, commands }, referenceHeap);
  expect(JSON.parse(text[0])).toMatchObject({ level: 'pages' });
});

describe('a writer', () => {
  const SWEEP: Operation = { op: 'sweepone', p: 0 };
  const statistics = initialStatistics(1);
  const outcome: Outcome = { ...noEffects(), result: -1 };
  const claimWith = (steps: NestedStep[]): Claim => ({ span: 0, statistics, steps });

  function nested(depth: number): Outcome {
    if (depth === 0) return outcome;
    const step = { operation: SWEEP, outcome: nested(depth - 1), statistics };
    return { ...outcome, claims: [claimWith([step])] };
  }

  function writer(): { lines: string[]; writer: TraceWriter } {
    const lines: string[] = [];
    return {
      lines,
      writer: new TraceWriter((line) => lines.push(line), DEFAULT_CONFIG, { level: 'objects' }),
    };
  }

  test('refuses an operation that its level has not', () => {
    const pages = new TraceWriter(() => undefined, DEFAULT_CONFIG);
    expect(() => pages.step(SWEEP, outcome, statistics)).toThrow(
      new TypeError('a trace of the level "pages" has no operation sweepone'),
    );
  });

  test('refuses a claim without statistics, and goes on as if it had never seen it', () => {
    const { lines, writer: one } = writer();
    const claims = [
      { ...claimWith([]), statistics: { ...statistics, nlookup: 5 } },
      { span: 0, steps: [] },
    ];
    expect(() => one.step(SWEEP, { ...outcome, claims }, statistics)).toThrow('a claim has no statistics');
    one.step(SWEEP, outcome, { ...statistics, nlookup: 5 });
    expect(lines.slice(1)).toEqual(['{"op":"sweepone","args":{"p":0},"ret":-1,"stats":{"nlookup":5}}']);
  });

  test('leaves out what was refused inside', () => {
    const { lines, writer: one } = writer();
    const refusal: Outcome = { ...outcome, result: undefined, error: { kind: 'RangeError', message: 'no' } };
    const claims = [claimWith([{ operation: SWEEP, outcome: refusal, statistics }])];
    one.step(SWEEP, { ...outcome, claims }, statistics);
    expect(lines[1]).toBe('{"op":"sweepone","args":{"p":0},"ret":-1,"claims":[{"span":0}]}');
  });

  test('writes as many steps inside of each other as can be read, and no more', async () => {
    const { lines, writer: one } = writer();
    expect(() => one.step(SWEEP, nested(65), statistics)).toThrow(
      new RangeError('a trace has at most 64 operations inside of each other'),
    );
    one.step(SWEEP, nested(64), statistics);
    const kinds: string[] = [];
    for await (const record of readTrace(bytesOf(lines))) kinds.push(record.kind);
    expect(kinds).toEqual(['header', 'step']);
  });
});
