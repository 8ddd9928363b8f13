import { describeValue } from '../programs/index.js';
import { STATISTIC_NAMES } from '../spec/index.js';
import {
  LEVELS,
  PROFILES,
  type Answer,
  type AnsweredClaim,
  type Call,
  type Case,
  type Declaration,
} from './contract.js';

/** The version of the protocol that is spoken here. */
export const PROTOCOL_VERSION = 1;

/** A message from here to an implementation, as a line without its line feed. */
export const startMessage = (): string => JSON.stringify({ type: 'start', protocol: PROTOCOL_VERSION });
export const runMessage = (batch: number, test: Case): string =>
  JSON.stringify({ type: 'run', batch, ...test });
export const stopMessage = (): string => JSON.stringify({ type: 'stop' });

/** An implementation wrote something else than the message that was due. */
export class NonsenseError extends Error {
  override readonly name = 'NonsenseError';
}

/** It speaks another version of the protocol. */
export class WrongVersionError extends Error {
  override readonly name = 'WrongVersionError';

  constructor(version: unknown) {
    super(`it speaks version ${describeValue(version)} of the protocol, and not ${PROTOCOL_VERSION}`);
  }
}

/** Calls inside of each other, at most. */
const MOST_NESTING = 64;

type Plain = Readonly<Record<string, unknown>>;

/** Reads a line of JSON. @throws {@link NonsenseError} where it is none. */
export function parseLine(line: string): unknown {
  // Nothing here would be changed by such a key, and nobody needs it.
  if (line.includes('__proto__')) return nonsense('a line without the key __proto__', line);
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return nonsense('JSON', line);
  }
}

/**
 * Reads the answer to `start`.
 *
 * @throws {@link NonsenseError}, {@link WrongVersionError}
 */
export function readStarted(message: unknown): Declaration {
  const { protocol, name, version, profile, level, interleaving } = messageOf('started', message);
  if (protocol !== PROTOCOL_VERSION) throw new WrongVersionError(protocol);
  if (typeof name !== 'string') return nonsense('a text as "name"', name);
  if (version !== undefined && typeof version !== 'string') return nonsense('a text as "version"', version);
  const claimed =
    PROFILES.find((one) => one === profile) ?? nonsense(`${PROFILES.join(' or ')} as "profile"`, profile);
  const has = LEVELS.find((one) => one === level) ?? nonsense(`${LEVELS.join(' or ')} as "level"`, level);
  if (interleaving !== undefined && typeof interleaving !== 'boolean') {
    return nonsense('true or false as "interleaving"', interleaving);
  }
  return {
    name,
    ...(version !== undefined && { version }),
    profile: claimed,
    level: has,
    ...(interleaving !== undefined && { interleaving }),
  };
}

/**
 * Reads the answer to `run`: one for each call, or fewer, of which the last one is a fatal error.
 *
 * @throws {@link NonsenseError}
 */
export function readRan(message: unknown, batch: number, calls: readonly Call[]): Answer[] {
  const { batch: found, answers } = messageOf('ran', message);
  if (found !== batch) return nonsense(`the answers to batch ${batch}`, found);
  const all = readAnswers(answers, 0);
  const isDead = all.at(-1)?.throw !== undefined;
  if (all.length === calls.length || (all.length < calls.length && isDead)) return all;
  return nonsense(`answers to ${calls.length} calls`, `${all.length} of them`);
}

function messageOf(type: string, message: unknown): Plain {
  if (!isPlain(message) || message.type !== type) return nonsense(`a message of the type "${type}"`, message);
  return message;
}

function readAnswers(value: unknown, depth: number): Answer[] {
  if (depth > MOST_NESTING) return nonsense(`at most ${MOST_NESTING} calls inside of each other`, value);
  if (!Array.isArray(value)) return nonsense('an array of answers', value);
  return value.map((one) => readAnswer(one, depth));
}

/** What an answer may have; results and states are looked at by whoever judges them. */
function readAnswer(value: unknown, depth: number): Answer {
  if (!isPlain(value)) return nonsense('an answer', value);
  const { sys, clears, finalizers, profiles, claims, stats, state } = value;
  return {
    ...readEnd(value),
    ...(sys !== undefined && { sys: readSystemCalls(sys) }),
    ...(clears !== undefined && { clears: readPairs('clears', clears) }),
    ...(finalizers !== undefined && { finalizers: readPairs('finalizers', finalizers) }),
    ...(profiles !== undefined && { profiles: readPairs('profiles', profiles) }),
    ...(claims !== undefined && { claims: readClaims(claims, depth) }),
    ...(stats !== undefined && { stats: readStatistics(stats) }),
    ...(state !== undefined && { state: state as NonNullable<Answer['state']> }),
  };
}

type End = Pick<Answer, 'skipped' | 'ret' | 'throw' | 'refused'>;

function readEnd({ skipped, ret, throw: thrown, refused }: Plain): End {
  const ends = [skipped, ret, thrown, refused].filter((end) => end !== undefined);
  if (ends.length > 1) return nonsense('one of "skipped", "ret", "throw" and "refused"', 'several');
  if (ret !== undefined) return { ret: ret as NonNullable<Answer['ret']> };
  if (typeof thrown === 'string') return { throw: thrown };
  if (refused === 'RangeError' || refused === 'TypeError') return { refused };
  if (skipped === true) return { skipped };
  if (ends.length === 0) return {};
  return nonsense('true as "skipped", a text as "throw", or the name of an error as "refused"', ends[0]);
}

function readClaims(value: unknown, depth: number): AnsweredClaim[] {
  if (!Array.isArray(value)) return nonsense('an array as "claims"', value);
  return value.map((claim: unknown) => {
    if (!isPlain(claim) || !Number.isSafeInteger(claim.span)) {
      return nonsense('a claim with its "span"', claim);
    }
    const { span, stats, steps } = claim;
    return {
      span: span as number,
      ...(stats !== undefined && { stats: readStatistics(stats) }),
      ...(steps !== undefined && { steps: readAnswers(steps, depth + 1) }),
    };
  });
}

const SYSTEM_CALLS: readonly unknown[] = ['map', 'used', 'unused'];

function readSystemCalls(value: unknown): NonNullable<Answer['sys']> {
  if (!Array.isArray(value)) return nonsense('an array as "sys"', value);
  for (const call of value as unknown[]) {
    if (
      !Array.isArray(call) ||
      call.length !== 3 ||
      !SYSTEM_CALLS.includes(call[0]) ||
      !areIntegers(call.slice(1))
    ) {
      return nonsense('["map", "used" or "unused", offset, bytes] in "sys"', call);
    }
  }
  return value as NonNullable<Answer['sys']>;
}

function readPairs(name: string, value: unknown): [number, number][] {
  if (!Array.isArray(value)) return nonsense(`an array as "${name}"`, value);
  for (const pair of value as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || !areIntegers(pair)) {
      return nonsense(`pairs of integers in "${name}"`, pair);
    }
  }
  return value as [number, number][];
}

function readStatistics(value: unknown): NonNullable<Answer['stats']> {
  if (!isPlain(value)) return nonsense('an object as "stats"', value);
  const stats: Partial<Record<(typeof STATISTIC_NAMES)[number], number>> = {};
  for (const name of STATISTIC_NAMES) {
    const number = value[name];
    if (number === undefined) continue;
    if (!Number.isSafeInteger(number)) return nonsense(`an integer as "${name}"`, number);
    stats[name] = number as number;
  }
  return stats;
}

function areIntegers(values: readonly unknown[]): boolean {
  return values.every((value) => Number.isSafeInteger(value));
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nonsense(expected: string, found: unknown): never {
  throw new NonsenseError(`it should have written ${expected}, and wrote ${describeValue(found)}`);
}
