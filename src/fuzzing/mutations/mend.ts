import type { Chance } from '../../programs/chance.js';
import { ENDERS, madeHandle, renamed, usedHandle } from '../../programs/command-fields.js';
import type { Command, Handle, Program } from '../../programs/index.js';
import { kindsUsed, Made } from './handles.js';
import { MOST_COMMANDS } from './mutation.js';

/**
 * Makes a program of what a mutation left: handles are numbered anew in the order in which they are made, so that none
 * is made twice; a command whose handle nothing has made takes another one that suits it, and goes if there is none;
 * what is too long is cut off; and there are no expectations, since they could have become untrue.
 */
export function mend(chance: Chance, { config, host, commands }: Program): Program {
  const names = new Map<Handle, Handle>();
  const made = new Made();
  const mended: Command[] = [];
  let marking = false;
  for (const command of commands) {
    if (mended.length === MOST_COMMANDS) break;
    marking = isMarkingAfter(command, marking);
    if (marking && ENDERS.has(command.op)) continue;
    const now = mendCommand(chance, withoutExpectation(command), names, made);
    if (now === null) continue;
    made.note(now);
    mended.push(now);
  }
  return { config, host, commands: mended };
}

function mendCommand(
  chance: Chance,
  command: Command,
  names: Map<Handle, Handle>,
  made: Made,
): Command | null {
  const makes = madeHandle(command);
  if (makes !== undefined) {
    const handle = made.count + 1;
    names.set(makes, handle);
    return renamed(command, handle);
  }
  const uses = usedHandle(command);
  if (uses === undefined) return command;
  const handle = names.get(uses) ?? made.pick(chance, kindsUsed(command));
  return handle === undefined ? null : renamed(command, handle);
}

/** Whether objects may be being marked: inside of other commands cycles neither begin nor end. */
function isMarkingAfter(command: Command, before: boolean): boolean {
  if (command.claim !== undefined) return before;
  if (command.op === 'gcStart') return true;
  const ends =
    command.op === 'gcEnd' && Number.isSafeInteger(command.heapDistance) && Number(command.heapDistance) >= 0;
  return before && !ends;
}

function withoutExpectation(command: Command): Command {
  if (command.expect === undefined) return command;
  const bare = { ...command };
  delete bare.expect;
  return bare;
}
