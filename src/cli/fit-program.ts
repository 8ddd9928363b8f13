import { withoutNesting } from '../conformance/case-of.js';
import type { Declaration } from '../conformance/index.js';
import { isOfObjects } from '../conformance/programs-of-traces.js';
import type { Program } from '../programs/index.js';

/** Largest arena of a program, in pages: a foreign heap may keep a table of all of them. */
const MOST_PAGES = 65_536;

/** A program as far as a heap claims to have its operations, in an arena that it can be expected to keep. */
export function fitProgram(program: Program, { level, interleaving }: Declaration): Program {
  const { config } = program;
  const fitting = interleaving === true ? program : withoutNesting(program);
  return {
    ...fitting,
    config: { ...config, arenaPages: Math.min(config.arenaPages, MOST_PAGES) },
    commands: level === 'objects' ? fitting.commands : fitting.commands.filter((one) => !isOfObjects(one)),
  };
}
