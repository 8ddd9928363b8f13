import { parseProgram } from '../../programs/index.js';
import { BreakdownError } from '../breakdown-error.js';
import type { Answer, Implementation, Profile } from '../contract.js';
import type { ConformanceFinding, ConformanceReport } from '../report.js';
import { isJudgedByReference, translationOf } from '../trial.js';
import { recordTimeLine, type ActualRun, type TimeLine } from './time-line.js';

/** States are asked for after the last so many calls of a program. */
const MOST_STATES = 400;

/**
 * Records the time line of each finding that has a program, by running it once more on the reference and on the
 * implementation, which is started for it and stopped again. One that hung is not run again.
 */
export async function recordTimeLines(
  report: ConformanceReport,
  implementation: Implementation,
): Promise<ReadonlyMap<number, TimeLine>> {
  const timeLines = new Map<number, TimeLine>();
  const runs = await runAgain(report, implementation);
  for (const [index, finding] of report.findings.entries()) {
    const timeLine = recordTimeLine(finding, report.profile, runs.get(index));
    if (timeLine !== undefined) timeLines.set(index, timeLine);
  }
  return timeLines;
}

/** What an implementation answers to the programs of its findings, by their indexes. */
async function runAgain(
  { findings, profile }: ConformanceReport,
  implementation: Implementation,
): Promise<Map<number, ActualRun>> {
  const runs = new Map<number, ActualRun>();
  const again = [...findings.entries()].filter(
    ([, { breakdown, program }]) => program !== undefined && breakdown?.kind !== 'timed-out',
  );
  if (again.length === 0) return runs;
  try {
    await implementation.start();
    for (const [index, finding] of again) runs.set(index, await runOne(finding, profile, implementation));
  } catch (error) {
    if (!(error instanceof BreakdownError)) throw error;
    const { breakdown } = error;
    for (const [index] of again) runs.set(index, runs.get(index) ?? { answers: new Map(), breakdown });
  } finally {
    await implementation.stop();
  }
  return runs;
}

async function runOne(
  { program = '', origin }: ConformanceFinding,
  profile: Profile,
  implementation: Implementation,
): Promise<ActualRun> {
  const written = isJudgedByReference(profile) || origin.kind !== 'generated';
  const { test, commandOf } = translationOf(profile, parseProgram(program), written);
  const indexes = [...test.calls.keys()];
  const states = test.states.length > 0 ? indexes.slice(-MOST_STATES) : [];
  const { answers, breakdown } = await implementation.run({ ...test, states });
  const byCommand = new Map<number, Answer>();
  for (const [index, answer] of answers.entries()) {
    const call = test.calls.at(index);
    const command = call && commandOf.get(call);
    if (command !== undefined) byCommand.set(command, answer);
  }
  return { answers: byCommand, ...(breakdown && { breakdown }) };
}
