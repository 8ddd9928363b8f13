import {
  turnsOf,
  type Argument,
  type Command,
  type Handle,
  type Place,
  type Program,
  type Turn,
} from '../programs/index.js';
import type { Call, Case, Operand } from './contract.js';
import { refusedRequests } from './case-host.js';

/** A case with the program that it says. */
export interface Translation {
  readonly program: Program;
  readonly test: Case;
  /** The index of the command behind each call, those inside of others among them. */
  readonly commandOf: ReadonlyMap<Call, number>;
}

/** Programs of up to so many calls have their states looked at after every one. */
const SHORT = 64;

/** The first call of a long case after which states are looked at; then at every power of two, and at the end. */
const FIRST_SPACED = 16;

/**
 * Says a program as a case: commands become calls, handles become operands. Of the commands only those are said whose
 * index is in `chosen`, and of these not the ones that JSON can't say, since an argument is infinite or no number.
 *
 * @param wants - whether states are wanted: after every call of a short case, else after the 16th, 32nd, 64th and so
 *   on, and always at the end.
 */
export function caseOf(
  program: Program,
  chosen: ReadonlySet<number>,
  wants: { readonly states: boolean },
): Translation {
  const commandOf = new Map<Call, number>();
  const large = new Set<Handle>();
  const say = (turns: readonly Turn[]): Call[] =>
    turns.flatMap(({ index, command, inside }) => {
      const args = chosen.has(index) ? argumentsOf(command, large) : null;
      if (args === null) return [];
      if (command.op === 'alloc' && command.large) large.add(command.handle);
      const nested = [...(inside ?? [])].map(([claim, some]) => [claim, say(some)] as const);
      const call: Call = {
        op: command.op,
        args,
        ...('handle' in command && { id: command.handle }),
        ...(nested.length > 0 && { inside: Object.fromEntries(nested) }),
      };
      commandOf.set(call, index);
      return [call];
    });
  const calls = say(turnsOf(program.commands));
  const refuses = refusedRequests(program.host, program.commands.length);
  const test: Case = {
    config: program.config,
    ...(refuses.length > 0 && { refuses }),
    calls,
    states: wants.states ? calls.flatMap((_, i) => (isLookedAt(i, calls.length) ? [i] : [])) : [],
    wants: { statistics: true, effects: true },
  };
  return { program, test, commandOf };
}

/** The program without the commands that run inside of others. */
export function withoutNesting(program: Program): Program {
  return { ...program, commands: program.commands.filter(({ claim }) => claim === undefined) };
}

function isLookedAt(index: number, calls: number): boolean {
  const count = index + 1;
  return calls <= SHORT || count === calls || (count >= FIRST_SPACED && (count & index) === 0);
}

type Arguments = Record<string, Operand | boolean | string>;

/** The arguments of a command's operation, under their names; null where JSON can't say one of them. */
function argumentsOf(command: Command, large: ReadonlySet<Handle>): Arguments | null {
  const args: Arguments = {};
  for (const [name, value] of Object.entries(fieldsOf(command, large))) {
    if (typeof value === 'number' && !Number.isFinite(value)) return null;
    args[name] = value;
  }
  return args;
}

function fieldsOf(command: Command, large: ReadonlySet<Handle>): Arguments {
  switch (command.op) {
    case 'alloc': {
      const { npages, sizeclass, needzero } = command;
      return { npages, sizeclass, large: command.large, needzero };
    }
    case 'allocStack':
      return { npages: command.npages };
    case 'free': {
      const { span, dirty } = command;
      const acct = command.acct ?? (span.handle !== undefined && large.has(span.handle));
      return { base: operandOf(span), acct: acct ? 1 : 0, needzero: dirty };
    }
    case 'freeStack':
      return { base: operandOf(command.span) };
    case 'tick':
      return { ns: command.ns };
    case 'scavenge':
      return { limit: command.limit };
    case 'query':
      return command.at === null ? {} : { addr: operandOf(command.at) };
    case 'addFinalizer':
    case 'setProfile':
      return { p: command.p, addr: operandOf(command.at), id: command.id };
    case 'removeFinalizer':
      return { p: command.p, addr: operandOf(command.at) };
    case 'malloc': {
      const { p, size, needzero, scan } = command;
      return { p, size, needzero, scan };
    }
    case 'flush':
    case 'removeProc':
    case 'sweepone':
      return { p: command.p };
    case 'mark':
      return { addr: operandOf(command.at) };
    case 'gcEnd':
      return { heapDistance: command.heapDistance };
    case 'freeOSMemory':
    case 'addProc':
    case 'gcStart':
      return {};
  }
}

function operandOf(place: Place): Operand | Argument {
  if (place.handle === undefined) return place.offset;
  return { of: place.handle, offset: place.offset };
}
