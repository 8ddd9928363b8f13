import { TINY_SIZE } from '../../spec/index.js';
import { madeHandle, renamed, usedHandle } from '../command-fields.js';
import { outersOf } from '../nesting.js';
import { isTiny } from '../object-lives.js';
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

/**
 * The cycles of a program, each its start with the marks up to its end, and that end; what is allocated in between stays
 * when they go.
 */
export function cycles(commands: readonly Command[]): Unit[] {
  const units: number[][] = [];
  let open: number[] | undefined;
  commands.forEach(({ op }, index) => {
    if (op === 'gcStart') units.push((open = [index]));
    else if (op === 'mark' || op === 'gcEnd') open?.push(index);
    if (op === 'gcEnd') open = undefined;
  });
  return units;
}

/** Each end of a cycle with the next one's start: without them, two cycles are one. */
export function cycleBounds(commands: readonly Command[]): Unit[] {
  const units: Unit[] = [];
  let end = -1;
  commands.forEach(({ op }, index) => {
    if (op === 'gcStart' && end >= 0) units.push([end, index]);
    if (op === 'gcEnd') end = index;
  });
  return units;
}

/**
 * Tiny objects in groups that fill a block: without one of them those behind would move into its place, and what depends
 * on where blocks begin would not fail any more; without all of them it does.
 */
export function tinyBlocks(commands: readonly Command[]): Unit[] {
  const units: number[][] = [];
  let open: number[] = [];
  let taken = 0;
  commands.forEach((command, index) => {
    if (command.op !== 'malloc') return;
    const [size, scan] = [Number(command.size), Number(command.scan ?? 0)];
    if (!isTiny(size, scan)) return;
    if (taken + size > TINY_SIZE) [open, taken] = [[], 0];
    open.push(index);
    taken += size;
    if (open.length === 2) units.push(open);
  });
  return units;
}

/** What runs inside of a command, for each command inside of which something runs. */
export function blocks(commands: readonly Command[]): Unit[] {
  const inside = new Map<number, number[]>();
  outersOf(commands).forEach((outer, index) => {
    if (outer < 0) return;
    const block = inside.get(outer);
    if (block === undefined) inside.set(outer, [index]);
    else block.push(index);
  });
  return [...inside.values()];
}

/**
 * The program without the commands of some units, without what runs inside of these, and without what uses a handle
 * that is then made no more.
 */
export function without(program: Program, units: readonly Unit[]): Program {
  const { commands } = program;
  const removed = new Set(units.flat());
  const outers = outersOf(commands);
  const lost = new Set<Handle>();
  const stays = (command: Command, index: number): boolean => {
    const used = usedHandle(command);
    const goes = removed.has(index) || removed.has(outers[index]) || (used !== undefined && lost.has(used));
    if (!goes) return true;
    removed.add(index);
    const made = madeHandle(command);
    if (made !== undefined) lost.add(made);
    return false;
  };
  return { ...program, commands: commands.filter(stays) };
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
