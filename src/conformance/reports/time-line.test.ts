import { answersOf, CANARY_PROGRAM, canaryFinding, HOSTILE } from '../../../properties/sample-report.js';
import { checkConformance, InProcessImplementation, type Implementation } from '../index.js';
import { BreakdownError } from '../breakdown-error.js';
import { canaryHeap } from '../../faults/index.js';
import { parseProgram } from '../../programs/index.js';
import { referenceHeap } from '../../reference/index.js';
import type { State } from '../../spec/index.js';
import { recordTimeLine, recordTimeLines, type TimeLine } from './index.js';

const finding = canaryFinding();

/** The time line of the canary beside what was answered. */
function timeLine(...args: Parameters<typeof answersOf> | []): TimeLine {
  const actual = args.length === 0 ? undefined : answersOf(...args);
  const recorded = recordTimeLine(finding, 'structure', actual);
  if (recorded === undefined) throw new Error('no time line');
  return recorded;
}

test('a time line has the heap before the first command, and after each up to the one that is wrong', () => {
  const { steps, leftOut } = timeLine(CANARY_PROGRAM, canaryHeap);
  expect(steps.map(({ command }) => command)).toEqual(['', ...CANARY_PROGRAM.split('\n').slice(1, 7)]);
  expect(leftOut).toBe(0);
});

test('the first difference is where the implementation goes wrong, and marked in span, map and words', () => {
  const { steps, first } = timeLine(CANARY_PROGRAM, canaryHeap);
  expect(first).toBe(6);
  expect(steps.slice(0, 6).flatMap(({ differences }) => differences)).toEqual([]);
  const { differences, spans, expected, actual } = steps[6];
  expect(differences).toEqual([['spans[@0x6000].needzero', '1', '0']]);
  expect(spans.filter(([, , , wrong]) => wrong).map(([name]) => name)).toEqual(['0x6000']);
  expect(expected.map?.filter((span) => span[4]).map(([page]) => page)).toEqual([3]);
  expect(actual?.map?.filter((span) => span[4]).map(([page]) => page)).toEqual([3]);
});

test('lists, statistics and effects are beside each other', () => {
  const step = timeLine(CANARY_PROGRAM, canaryHeap).steps[6];
  expect(step.lists).toContainEqual(['free[6]', '0x6000', '0x6000', false]);
  expect(step.statistics).toContainEqual(['pagesInUse', '9', '9', false]);
  expect(timeLine(CANARY_PROGRAM, canaryHeap).steps[1].effects).toContainEqual([
    'sys',
    'map 0x0 0x100000',
    'map 0x0 0x100000',
    false,
  ]);
});

test('an earlier difference than the one that was found comes first', () => {
  const wrong = answersOf(CANARY_PROGRAM, canaryHeap);
  const answers = new Map(wrong.answers);
  answers.set(1, { ...answers.get(1), ret: { base: 0, zeroed: true } });
  const recorded = recordTimeLine(finding, 'structure', { answers });
  expect(recorded?.first).toBe(2);
  expect(recorded?.steps[2].differences[0]).toEqual(['result.base', '24576', '0']);
  expect(recordTimeLine(finding, 'safety', { answers })?.first).toBe(6);
});

test('where no state was told, the spans follow from the results', () => {
  const { steps } = timeLine(CANARY_PROGRAM, canaryHeap, false);
  expect(steps[4].actual).toMatchObject({ derived: true });
  expect(steps[4].actual?.map?.map(([page, npages, kind]) => [page, npages, kind])).toEqual([
    [0, 3, 'inuse'],
    [3, 6, 'inuse'],
    [9, 2, 'stack'],
    [11, 6, 'inuse'],
  ]);
  expect(steps[6].actual?.map?.map(([page]) => page)).toEqual([0, 9, 11]);
});

test('without answers the finding still says what is wrong', () => {
  const { steps, first, note } = timeLine();
  expect(steps[first].differences).toEqual([['spans[@0x6000].needzero', '1', '0']]);
  expect(steps[first].actual).toBeNull();
  expect(note).toMatch(/^The implementation was not run again/);
});

test('a malformed state is not shown, and hostile text stays text', () => {
  const state = { spans: [{ state: 'free', base: '0' }] } as unknown as State;
  const answers = new Map([[0, { throw: HOSTILE, state }]]);
  const recorded = recordTimeLine(finding, 'structure', { answers });
  expect(recorded?.steps[1].actual?.derived).toBe(true);
  expect(JSON.stringify(recorded)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(recorded?.steps[2].actual).toBeNull();
});

test('a program that is too long for the page loses its first steps', () => {
  const commands = Array.from({ length: 250 }, (_, i) => `s${i + 1} = alloc 1`);
  const program = ['# heapspec program', ...commands, ''].join('\n');
  const divergence = { ...finding.divergence, commandIndex: 249, operation: 250 };
  const recorded = recordTimeLine(
    { ...finding, program, divergence },
    'structure',
    answersOf(program, referenceHeap),
  );
  expect(recorded?.leftOut).toBeGreaterThanOrEqual(51);
  expect((recorded?.steps.length ?? 0) + (recorded?.leftOut ?? 0)).toBe(251);
  expect(recorded?.steps.at(-1)?.index).toBe(249);
  expect(recorded?.first).toBe((recorded?.steps.length ?? 0) - 1);
});

test('a finding without a program has no time line', () => {
  const { program: _, ...bare } = finding;
  expect(recordTimeLine(bare, 'structure')).toBeUndefined();
});

describe('after a run of conformance', () => {
  const declaration = { name: 'canary', profile: 'structure', level: 'pages' } as const;
  const canary = (): Implementation =>
    new InProcessImplementation((config, host) => canaryHeap.create(config, host), declaration);

  test('each finding is run once more on the implementation', async () => {
    const report = await checkConformance(canary(), { programs: [parseProgram(CANARY_PROGRAM)] });
    const [first, ...others] = (await recordTimeLines(report, canary())).values();
    expect(others).toEqual([]);
    expect(first.steps[first.first].differences).toContainEqual([
      expect.stringMatching(/needzero$/),
      '1',
      '0',
    ]);
    expect(first.steps.every(({ actual }) => actual !== null && !actual.derived)).toBe(false);
    expect(first.steps.at(-1)?.actual?.derived).toBe(false);
  });

  test('an implementation that can not be started again is told of', async () => {
    const report = await checkConformance(canary(), { programs: [parseProgram(CANARY_PROGRAM)] });
    const broken: Implementation = {
      start: () => Promise.reject(new BreakdownError({ kind: 'crashed', message: 'no such file' })),
      run: () => Promise.reject(new Error('not started')),
      stop: () => Promise.resolve(),
    };
    const [first] = (await recordTimeLines(report, broken)).values();
    expect(first.note).toContain('no such file');
  });
});
