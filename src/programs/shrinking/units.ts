import { madeHandle, renamed, usedHandle } from '../command-fields.js';
import type { Command, Handle, Program } from '../program.js';

/** Indices of commands that go together. */
export type Unit = readonly number[];

/**
 * The lifetimes of a program: an allocation with all commands that mention its handle, and each other command by
 * itself; in the order of their last commands.
 */
export function lifetimes(commands: readonly Command[]): Unit[] {
  const units: number[][] = [];
  const byHandle = new Map<Handle, number[]>();
  commands.forEach((command, index) => {
    const handle = madeHandle(command) ?? usedHandle(command);
    const unit = handle === undefined ? undefined : byHandle.get(handle);
    if (unit !== undefined) {
      unit.push(index);
      return;
    }
    const fresh = [index];
    units.push(fresh);
    if (handle !== undefined) byHandle.set(handle, fresh);
  });
  return units.sort((a, b) => a[a.length - 1] - b[b.length - 1]);
}

/** The commands that use a handle, each by itself: what can be taken out of a lifetime that has to stay. */
export function uses(commands: readonly Command[]): Unit[] {
  return commands.flatMap((command, index) => (usedHandle(command) === undefined ? [] : [[index]]));
}

/** The program without the commands of some units. */
export function without(program: Program, units: readonly Unit[]): Program {
  const removed = new Set(units.flat());
  return { ...program, commands: program.commands.filter((_, index) => !removed.has(index)) };
}

/** The program with its handles numbered from 1 in the order in which they are made; the same object where they are. */
export function renumbered(program: Program): Program {
  const names = new Map<Handle, Handle>();
  let changed = false;
  const commands = program.commands.map((command) => {
    const made = madeHandle(command);
    if (made !== undefined) names.set(made, names.size + 1);
    const old = made ?? usedHandle(command);
    const name = old === undefined ? undefined : names.get(old);
    if (name === undefined || name === old) return command;
    changed = true;
    return renamed(command, name);
  });
  return changed ? { ...program, commands } : program;
}
