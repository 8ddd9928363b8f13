import { renderDifferences, renderDivergence } from '../../lockstep/index.js';
import { parseProgram, ProgramSyntaxError } from '../../programs/index.js';
import type { ConformanceFinding } from '../report.js';

/** What is wrong, what differs, and the program, as plain text that may hold anything that a foreign heap wrote. */
export function tellFinding({ program, divergence }: ConformanceFinding): string {
  if (program !== undefined) {
    try {
      return renderDivergence(parseProgram(program), divergence).trimEnd();
    } catch (error) {
      if (!(error instanceof ProgramSyntaxError)) throw error;
    }
  }
  const parts = [`${divergence.message}.`, renderDifferences(divergence), program ?? ''];
  return parts.filter((part) => part !== '').join('\n\n');
}
