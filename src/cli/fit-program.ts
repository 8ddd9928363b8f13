import type { Declaration } from '../conformance/index.js';
import { isOfObjects } from '../conformance/programs-of-traces.js';
import { madeHandle, usedHandle } from '../programs/command-fields.js';
import type { Command, Handle, Program } from '../programs/index.js';

/** Largest arena of a program, in pages: a foreign heap may keep a table of all of them. */
const MOST_PAGES = 65_536;

/**
 * A program as far as a heap claims to have its operations, in an arena that it can be expected to keep. With a command
 * go those that name what it made.
 */
export function fitProgram({ config, host, commands }: Program, claimed: Declaration): Program {
  const made = new Set<Handle>();
  const fitting = commands.filter((command) => {
    const used = usedHandle(command);
    if (!isClaimed(command, claimed) || (used !== undefined && !made.has(used))) return false;
    const handle = madeHandle(command);
    if (handle !== undefined) made.add(handle);
    return true;
  });
  const arenaPages = Math.min(config.arenaPages, MOST_PAGES);
  return { config: { ...config, arenaPages }, host, commands: fitting };
}

function isClaimed(command: Command, { level, interleaving = false }: Declaration): boolean {
  return (level === 'objects' || !isOfObjects(command)) && (interleaving || command.claim === undefined);
}
