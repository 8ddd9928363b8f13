import { setImmediate } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import type { Command, Program } from '../programs/index.js';

/** Commands of a part: some milliseconds of work. */
const PART = 4096;

/** A program to be sent to another thread: a long one in one piece would keep both threads busy for seconds, deaf to Ctrl-C. */
export interface PackedProgram extends Omit<Program, 'commands'> {
  readonly parts: readonly Uint8Array[];
}

/**
 * Packs a program; others have their turn meanwhile.
 *
 * @param isUnwanted - Whether it is to be left undone.
 * @returns undefined where it was.
 */
export async function packProgram(
  { commands, ...setting }: Program,
  isUnwanted: () => boolean,
): Promise<PackedProgram | undefined> {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < commands.length; from += PART) {
    if (from > 0) await setImmediate();
    if (isUnwanted()) return undefined;
    parts.push(serialize(commands.slice(from, from + PART)));
  }
  return { ...setting, parts };
}

/** The program that was packed. */
export function unpackProgram({ parts, ...setting }: PackedProgram): Program {
  return { ...setting, commands: parts.flatMap((part) => deserialize(part) as Command[]) };
}
