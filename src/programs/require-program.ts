import { CONFIG_NAMES } from '../spec/index.js';
import { describeValue } from './describe-value.js';
import { indexOfNoCommand, isHeapConfig, isProgram } from './is-program.js';
import type { Program } from './program.js';

/** Programs that were checked, or that were drawn and need no check: looking at every command takes a while. */
const sound = new WeakSet<object>();

/** Spares a program that was just drawn {@link requireProgram}'s look at its commands. */
export function vouchFor(program: Program): Program {
  sound.add(program);
  return program;
}

/**
 * Checks that a value can be run as a program. Unlike for {@link isProgram}, its commands may name handles that none of
 * them makes, since commands before them may have been taken away: those are skipped.
 *
 * @param of - The function that needs it, for the message.
 * @throws TypeError where it can't: the message names the part that is wrong.
 */
export function requireProgram(of: string, value: unknown): asserts value is Program {
  if (typeof value === 'object' && value !== null && sound.has(value)) return;
  const fault = faultOf(value);
  if (fault !== undefined) {
    throw new TypeError(`${of} needs a program, as heapPrograms and parseProgram make them: ${fault}`);
  }
  sound.add(value as Program);
}

function faultOf(value: unknown): string | undefined {
  if (typeof value === 'string') return `${describeValue(value)} has to go through parseProgram first`;
  if (typeof value !== 'object' || value === null) return `${describeValue(value)} is none`;
  const { config, host, commands } = value as Readonly<Record<string, unknown>>;
  if (!isHeapConfig(config)) return `its config must have ${CONFIG_NAMES.join(', ')}, each in its range`;
  if (!isProgram({ config, host, commands: [] })) {
    return 'its host must have a seed, from 0 to 2^32 - 1, and refusals, from 0 to 1';
  }
  if (!Array.isArray(commands)) return `its commands must be an array, not ${describeValue(commands)}`;
  const wrong = indexOfNoCommand(commands);
  return wrong < 0 ? undefined : `its commands[${wrong}] is no command with just its operands`;
}
