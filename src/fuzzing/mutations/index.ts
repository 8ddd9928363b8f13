import type { Chance } from '../../programs/chance.js';
import type { Program } from '../../programs/index.js';
import { CHANGING_CLAIMS } from './claims.js';
import { COMBINING } from './combine.js';
import { mend } from './mend.js';
import type { Mutation } from './mutation.js';
import { CHANGING_OPERANDS } from './operands.js';
import { REARRANGING } from './rearrange.js';
import { CHANGING_SETTINGS } from './settings.js';

export { MOST_COMMANDS, type Mutation } from './mutation.js';

/** All mutations there are. */
export const MUTATIONS = [
  ...COMBINING,
  ...REARRANGING,
  ...CHANGING_OPERANDS,
  ...CHANGING_SETTINGS,
  ...CHANGING_CLAIMS,
] as const satisfies readonly Mutation[];

/** The name of a mutation. */
export type MutationName = (typeof MUTATIONS)[number]['name'];

const BY_NAME: ReadonlyMap<string, Mutation> = new Map(
  MUTATIONS.map((mutation) => [mutation.name, mutation]),
);

/** Whether a text names a mutation of this version. */
export function isMutation(name: string): name is MutationName {
  return BY_NAME.has(name);
}

/**
 * Changes a program by some mutations, one after the other; those that find nothing to change are passed over. The
 * result is a program of 1 to {@link MOST_COMMANDS} commands, without expectations, and depends on the arguments alone.
 *
 * @param others - programs that parts may be taken of.
 */
export function mutate(
  chance: Chance,
  program: Program,
  mutations: readonly MutationName[],
  others: readonly Program[],
): Program {
  let now = mend(chance, program);
  for (const name of mutations) now = mend(chance, BY_NAME.get(name)?.change(chance, now, others) ?? now);
  if (now.commands.length > 0) return now;
  return mend(chance, { ...now, commands: [{ op: 'freeOSMemory' }] });
}
