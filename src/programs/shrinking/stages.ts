import { renumbered } from './units.js';
import {
  dropBlocks,
  dropCycles,
  dropExpectations,
  dropKinds,
  dropLifetimes,
  dropTail,
  dropTinyBlocks,
  dropUses,
} from './drop.js';
import { closeCycles } from './close-cycles.js';
import { firstClaims, liftOut, replaceOuters } from './lift.js';
import {
  approach,
  capPages,
  capSizes,
  simplifyParts,
  simplifyTogether,
  spreadTinyObjects,
} from './simpler.js';
import { heapSpansOnly, keepInUse, mergeIntoEarlier, mergeIntoLater, mergeRows } from './rearrange.js';
import type { Stage } from './stage.js';

/** Numbers the handles from 1 in the order in which they are made. */
const renumber: Stage = function* (program) {
  const inOrder = renumbered(program);
  if (inOrder !== program) yield { program: inOrder, position: [] };
};

/**
 * All stages in order, with a name for reports. What simplifies everything at once stands before what drops one
 * lifetime after another: the many small steps are then tried on a program that changes no more, and need not be
 * repeated to prove that it is minimal.
 */
export const STAGES: readonly (readonly [name: string, stage: Stage])[] = [
  ['expectations', dropExpectations],
  ['tail', dropTail],
  ['kinds of commands', dropKinds],
  ['all arguments', simplifyTogether],
  ['tiny objects', spreadTinyObjects],
  ['cycles', dropCycles],
  ['commands in cycles', closeCycles],
  ['commands at claims', dropBlocks],
  ['tiny blocks', dropTinyBlocks],
  ['lifetimes', dropLifetimes],
  ['commands', dropUses],
  ['commands at claims', replaceOuters],
  ['commands at claims', liftOut],
  ['neighbours', mergeRows],
  ['neighbours', mergeIntoEarlier],
  ['neighbours', mergeIntoLater],
  ['frees', keepInUse],
  ['stacks', heapSpansOnly],
  ['claims', firstClaims],
  ['arguments', simplifyParts],
  ['page counts', capPages],
  ['sizes', capSizes],
  ['numbers', approach],
  ['handles', renumber],
];
