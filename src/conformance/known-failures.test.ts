import { sampleReport } from '../../properties/sample-report.js';
import {
  fixKnownFailures,
  judgeKnown,
  KnownFailuresError,
  parseKnownFailures,
  printKnownFailures,
  type KnownFailure,
} from './known-failures.js';

const FAILING = ['alloc.zeroed', 'free.dirty.kept', 'hostile.clause'];
const all: readonly KnownFailure[] = FAILING.map((clause) => ({ clause, reason: 'as it is' }));

const read = (value: unknown): KnownFailure[] => parseKnownFailures(JSON.stringify(value), 'known.json');

test('what is written can be read again, in the order of the clauses', () => {
  const known = [
    { clause: 'free.b', reason: 'why' },
    { clause: 'alloc.a', reason: 'because', link: 'https://example.invalid/1' },
  ];
  expect(parseKnownFailures(printKnownFailures(known), 'known.json')).toEqual([known[1], known[0]]);
});

test.each([
  ['no JSON', 'nonsense', 'this is no JSON'],
  ['another form', '[]', 'there is no list "knownFailures"'],
  [
    'a list that is inherited',
    '{ "__proto__": { "knownFailures": [] } }',
    'there is no list "knownFailures"',
  ],
  ['more than the list', '{ "knownFailures": [], "more": 1 }', 'there is something else, "more"'],
])('a file with %s is refused', (_what, text, message) => {
  expect(() => parseKnownFailures(text, 'known.json')).toThrow(KnownFailuresError);
  expect(() => parseKnownFailures(text, 'known.json')).toThrow(`known.json: ${message}`);
});

test.each([
  [null, 'is no object'],
  [{ reason: 'why' }, 'names no clause'],
  [{ clause: 'a' }, 'gives no reason'],
  [{ clause: 'a', reason: ' ' }, 'gives no reason'],
  [
    { clause: 'a', reason: 'why', link: 'javascript:alert(1)' },
    'has a link that is no http: or https: address',
  ],
  [{ clause: 'a', reason: 'why', because: '' }, 'has something else, "because"'],
])('the entry %j is refused', (entry, message) => {
  expect(() => read({ knownFailures: [entry] })).toThrow(`knownFailures[0] ${message}`);
});

test('a clause is named once', () => {
  const entry = { clause: 'a', reason: 'why' };
  expect(() => read({ knownFailures: [entry, entry] })).toThrow('knownFailures[1] names a once more');
});

test('without known failures every failing clause is unlisted', () => {
  expect(judgeKnown(sampleReport(), [])).toMatchObject({ acceptable: false, unlisted: FAILING, unnamed: [] });
});

test('a report is acceptable where all that fails is listed', () => {
  expect(judgeKnown(sampleReport(), all)).toMatchObject({ acceptable: true, unlisted: [], excused: all });
});

test('a listed clause that passes is as wrong as one that fails unlisted', () => {
  const mended = { clause: 'alloc.best-fit', reason: 'why' };
  expect(judgeKnown(sampleReport(), [...all, mended])).toMatchObject({ acceptable: false, mended: [mended] });
});

test('a listed clause that there is not is wrong, one that was not judged is not', () => {
  const stranger = { clause: 'alloc.bets-fit', reason: 'why' };
  const open = { clause: 'sweep.order', reason: 'why' };
  expect(judgeKnown(sampleReport(), [...all, stranger])).toMatchObject({
    acceptable: false,
    unknown: [stranger],
  });
  expect(judgeKnown(sampleReport(), [...all, open]).acceptable).toBe(true);
});

test('a finding that belongs to no clause is never excused', () => {
  const report = sampleReport();
  const [finding] = report.findings;
  const more = sampleReport({ findings: [...report.findings, { ...finding, clauses: [] }] });
  expect(judgeKnown(more, all)).toMatchObject({ acceptable: false, unnamed: [2] });
});

test('a finding that only a clause names which was not judged is not lost', () => {
  const { clauses, findings } = sampleReport();
  const open = clauses.map((entry) => ({ ...entry, verdict: 'unsupported' as const }));
  expect(judgeKnown(sampleReport({ clauses: open, findings }), [])).toMatchObject({
    acceptable: false,
    unnamed: [0, 1],
  });
});

test('a breakdown over the example of a clause belongs to the clause', () => {
  const report = sampleReport();
  const [finding, hostile] = report.findings;
  const example = { ...hostile, clauses: [], origin: { kind: 'example', clause: 'hostile.clause' } } as const;
  const clauses = report.clauses.map((entry) =>
    entry.clause === 'hostile.clause' ? { ...entry, findings: [] } : entry,
  );
  expect(judgeKnown(sampleReport({ clauses, findings: [finding, example] }), all)).toMatchObject({
    acceptable: true,
    unnamed: [],
  });
});

test('a run that ended early, or in which nothing ran, is not acceptable', () => {
  expect(judgeKnown(sampleReport({ stopped: 'it was interrupted' }), all).acceptable).toBe(false);
  const counts = { ...sampleReport().counts, calls: 0 };
  expect(judgeKnown(sampleReport({ counts }), all).acceptable).toBe(false);
});

test('fixing takes off what passes and what there is not, and adds what fails', () => {
  const kept = { clause: 'alloc.zeroed', reason: 'by design', link: 'https://example.invalid/1' };
  const open = { clause: 'sweep.order', reason: 'later' };
  const gone = ['alloc.best-fit', 'no.such.clause'].map((clause) => ({ clause, reason: 'why' }));
  const fixed = fixKnownFailures(sampleReport(), [kept, open, ...gone]);
  expect(fixed.map(({ clause }) => clause)).toEqual([
    'alloc.zeroed',
    'sweep.order',
    'free.dirty.kept',
    'hostile.clause',
  ]);
  expect(fixed[0]).toBe(kept);
  expect(fixed[2].reason).toMatch(/^not looked into yet: the state of canary differs/);
  expect(fixed[3].reason).not.toMatch(/\p{Cc}/u);
  expect(judgeKnown(sampleReport(), fixed).acceptable).toBe(true);
  expect(parseKnownFailures(printKnownFailures(fixed), 'known.json')).toHaveLength(4);
});

test('nothing is fixed after a run that ended early', () => {
  const report = sampleReport({ stopped: 'it was interrupted' });
  expect(() => fixKnownFailures(report, [])).toThrow('it was interrupted');
});
