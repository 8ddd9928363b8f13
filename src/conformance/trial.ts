import type { Divergence } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { caseOf, withoutNesting, type Translation } from './case-of.js';
import { commandsThatRun } from './choose-commands.js';
import {
  PROFILES,
  type Answer,
  type Breakdown,
  type Call,
  type Case,
  type CaseResult,
  type Implementation,
  type Profile,
} from './contract.js';
import { Holdings } from './holdings.js';
import { runInProcess } from './in-process.js';
import { AccountingJudge } from './judge-accounting.js';
import { FormJudge } from './judge-form.js';
import { ReferenceJudge } from './judge-reference.js';
import { RejectionJudge } from './judge-rejections.js';
import { SafetyJudge } from './judge-safety.js';
import type { Judge, Wrong } from './judge.js';

/** What is held to the specification, and to how much of it. */
export interface Subject {
  readonly implementation: Implementation;
  readonly name: string;
  readonly profile: Profile;
  readonly interleaving: boolean;
}

/** What came of running one program on an implementation. */
export interface Trial {
  readonly program: Program;
  readonly calls: number;
  readonly skipped: number;
  readonly states: number;
  /** Whether all commands of the program were put to the implementation. */
  readonly whole: boolean;
  /** The first thing that is wrong. */
  readonly divergence?: Divergence;
  /** The id of the clause that this breaks, where its judge knows. */
  readonly clause?: string;
  readonly breakdown?: Breakdown;
}

/** Whether a profile is judged by what the reference does. */
export function isJudgedByReference(profile: Profile): boolean {
  return PROFILES.indexOf(profile) >= PROFILES.indexOf('placement');
}

/**
 * Runs a program on an implementation and judges its answers.
 *
 * @param written - Whether the program is to run as it is written, misuse and all; else, where the reference is no judge,
 *   only its sound operations run, all of which must end well.
 */
export async function tryProgram(subject: Subject, given: Program, written: boolean): Promise<Trial> {
  const byReference = isJudgedByReference(subject.profile);
  const program = byReference && subject.interleaving ? given : withoutNesting(given);
  const translation = translationOf(subject.profile, program, written);
  const { test } = translation;
  const result = await subject.implementation.run(test);
  const judges = judgesOf(subject, test, written);
  const found = firstWrong(translation, result, judges);
  const { answers, breakdown } = result;
  const divergence = found
    ? divergenceOf(subject.name, translation, result, found)
    : breakdown && divergenceOf(subject.name, translation, result, breakdownOf(test, answers, breakdown));
  return {
    program,
    calls: answers.length,
    skipped: answers.filter(({ skipped }) => skipped === true).length,
    states: answers.filter(({ state }) => state !== undefined).length,
    whole: translation.commandOf.size === given.commands.length,
    ...(divergence && { divergence }),
    ...(found?.clause !== undefined && { clause: found.clause }),
    ...(!found && breakdown && { breakdown }),
  };
}

/** The case that a program is to an implementation of a profile; `written` as in {@link tryProgram}. */
export function translationOf(profile: Profile, program: Program, written: boolean): Translation {
  if (!written && !isJudgedByReference(profile)) return carefully(program);
  return caseOf(program, commandsThatRun(program), { states: profile === 'structure' });
}

/** The sound operations of a program, whatever heap it runs on. */
function carefully(program: Program): Translation {
  const all = caseOf(program, new Set(program.commands.keys()), { states: false });
  const holdings = new Holdings(program.config.procs);
  const calls = all.test.calls.filter((call) => {
    if (!holdings.allows(call)) return false;
    holdings.apply(call);
    return true;
  });
  const sound = new Set(calls);
  const commandOf = new Map([...all.commandOf].filter(([call]) => sound.has(call)));
  return { program, test: { ...all.test, calls, states: [] }, commandOf };
}

function judgesOf({ profile }: Subject, test: Case, written: boolean): readonly Judge[] {
  const form = new FormJudge(profile, test.states);
  if (isJudgedByReference(profile)) {
    return [form, new ReferenceJudge(expectedOf(test), profile), new AccountingJudge(test.config.procs)];
  }
  const safety = new SafetyJudge(test, !written);
  const judges: Judge[] = [form, safety];
  if (written) judges.push(new RejectionJudge(expectedOf(test)));
  if (profile === 'accounting') {
    judges.push(new AccountingJudge(test.config.procs, written ? undefined : safety.finalizers));
  }
  return judges;
}

function expectedOf(test: Case): readonly Answer[] {
  const { answers, breakdown } = runInProcess((config, host) => referenceHeap.create(config, host), test);
  if (breakdown) throw new Error(`the reference broke down over a case: ${breakdown.message}`);
  return answers;
}

function firstWrong(
  { test }: Translation,
  { answers, breakdown }: CaseResult,
  judges: readonly Judge[],
): Wrong | undefined {
  for (const [index, call] of test.calls.entries()) {
    const answer = answers.at(index);
    if (answer === undefined) return breakdown ? undefined : missing(call);
    for (const judge of judges) {
      const found = judge.check(call, answer, index);
      if (found) return found;
    }
    if (answer.throw !== undefined) return undefined;
  }
  return undefined;
}

function missing(call: Call): Wrong {
  return { kind: 'malformed', call, message: 'it does not answer this call', differences: [] };
}

/** A breakdown that ended a whole batch may be any call's: the last one is as good as any, once all is small. */
function breakdownOf({ calls }: Case, answers: readonly Answer[], breakdown: Breakdown): Wrong {
  const call = answers.length > 0 ? calls.at(answers.length) : calls.at(-1);
  const kind = breakdown.kind === 'timed-out' ? 'hang' : 'crash';
  return { kind, call: call ?? NO_CALL, message: breakdown.message, differences: [] };
}

const NO_CALL: Call = { op: 'query', args: {} };

function divergenceOf(
  name: string,
  { program, commandOf }: Translation,
  { answers }: CaseResult,
  found: Wrong,
): Divergence {
  const { kind, call, message, differences, against, invariant } = found;
  const commandIndex = commandOf.get(call) ?? -1;
  const lastIndex = Math.max(commandIndex, ...insideOf(call).map((one) => commandOf.get(one) ?? -1));
  return {
    kind,
    heap: name,
    ...(against !== undefined && { against }),
    commandIndex,
    operation: [...commandOf].filter(([, index]) => index <= commandIndex).length - skippedBefore(answers),
    ...(lastIndex > commandIndex && { lastIndex }),
    command: program.commands.at(commandIndex) ?? null,
    message: message.replace(/^its? /, (it) => (it === 'it ' ? `${name} ` : `${name}: its `)),
    differences,
    ...(invariant && { invariant }),
  };
}

function skippedBefore(answers: readonly Answer[]): number {
  return answers.filter(({ skipped }) => skipped === true).length;
}

function insideOf({ inside = {} }: Call): Call[] {
  return Object.values(inside).flatMap((calls) => calls.flatMap((call) => [call, ...insideOf(call)]));
}
