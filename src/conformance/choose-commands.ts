import { Bindings, turnsAt, turnsOf, type Program, type Turn } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { performNest, type HeapUnderWay } from '../traces/index.js';
import { CaseHost, refusedRequests } from './case-host.js';

/**
 * The commands of a program that have their turn on the reference: those whose operands are there and alive, whose claims
 * come, and which stand before a fatal error.
 */
export function commandsThatRun(program: Program): Set<number> {
  const host = new CaseHost(refusedRequests(program.host, program.commands.length));
  const run: HeapUnderWay = {
    name: referenceHeap.name,
    heap: referenceHeap.create(program.config, host),
    host,
  };
  const bindings = new Bindings();
  const chosen = new Set<number>();
  for (const turn of turnsOf(program.commands)) {
    const outcome = performNest<Turn>(run, turn, {
      operationOf: ({ index, command }) => {
        const operation = bindings.resolve(command);
        if (operation !== null) chosen.add(index);
        return operation;
      },
      inside: (around, index) => turnsAt(around, index + 1),
      performed: ({ command }, _, { error, result }) => {
        if (error === undefined) bindings.bind(command, result);
      },
    });
    if (outcome?.error?.kind === 'FatalError') break;
  }
  return chosen;
}
