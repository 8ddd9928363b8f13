import {
  Bindings,
  OBLIGING_HOST,
  type Command,
  type Handle,
  type HostScript,
  type Place,
  type Program,
} from '../programs/index.js';
import type { HeapConfig, Operation } from '../spec/index.js';
import { goldenTraces, readGoldenTrace, type TraceOperation, type TraceRecord } from '../traces/index.js';

/** A recording of the real heap, said as a program. */
export interface TraceProgram {
  readonly trace: string;
  readonly program: Program;
}

/** The recordings of the real heap as programs, one after another; those of a level with objects only if wanted. */
export async function* goldenPrograms(objects: boolean): AsyncGenerator<TraceProgram> {
  for (const trace of goldenTraces()) {
    const program = await programOf(readGoldenTrace(trace));
    if (objects || !program.commands.some(isOfObjects)) yield { trace: trace.name, program };
  }
}

const OF_OBJECTS: ReadonlySet<string> = new Set([
  'malloc',
  'flush',
  'addProc',
  'removeProc',
  'gcStart',
  'mark',
  'gcEnd',
  'sweepone',
] satisfies Command['op'][]);

/** Whether a command is one of those that only heaps of objects have. */
export function isOfObjects({ op }: Command): boolean {
  return OF_OBJECTS.has(op);
}

/** Says a trace as a program that does the same on every heap that does what the recorded one did. */
export async function programOf(records: AsyncIterable<TraceRecord>): Promise<Program> {
  let config: HeapConfig | undefined;
  let host: HostScript = OBLIGING_HOST;
  const writer = new ProgramWriter();
  for await (const record of records) {
    if (record.kind === 'header') {
      ({ config } = record);
      host = record.host ?? host;
    } else if (record.kind === 'step') {
      writer.write(record, []);
    }
  }
  if (config === undefined) throw new Error('a trace without a header');
  return { config, host, commands: writer.commands };
}

/** Finds names for the addresses of a trace: a place has the name of what was last given there, if that says the same. */
class ProgramWriter {
  readonly commands: Command[] = [];
  private readonly bindings = new Bindings();
  private readonly named = new Map<number, Handle>();
  private lastHandle = 0;

  write(step: TraceOperation, claim: readonly number[]): void {
    const command = this.command(step.operation);
    this.commands.push(claim.length > 0 ? { ...command, claim } : command);
    step.claims.forEach(({ steps }, i) => {
      for (const inner of steps) this.write(inner, [...claim, i + 1]);
    });
    if (step.throw === undefined) this.bindings.bind(command, step.result);
    const { result } = step;
    if ('handle' in command && typeof result === 'object' && result !== null) {
      if ('base' in result) this.named.set(result.base, command.handle);
      else if ('addr' in result) this.named.set(result.addr, command.handle);
    }
  }

  private command(operation: Operation): Command {
    switch (operation.op) {
      case 'alloc':
      case 'allocStack':
      case 'malloc':
        return { ...operation, handle: ++this.lastHandle };
      case 'free':
      case 'freeStack':
        return this.placed(operation, operation.base);
      case 'query':
        return operation.addr === undefined
          ? { op: 'query', at: null }
          : this.placed(operation, operation.addr);
      case 'addFinalizer':
      case 'removeFinalizer':
      case 'setProfile':
      case 'mark':
        return this.placed(operation, operation.addr);
      default:
        return operation;
    }
  }

  private placed(operation: Operation, address: number): Command {
    const handle = this.named.get(address);
    if (handle !== undefined) {
      const command = withPlace(operation, { handle, offset: 0 });
      if (
        JSON.stringify(this.bindings.resolve(command)) ===
        JSON.stringify(this.bindings.resolve(withPlace(operation, { offset: address })))
      ) {
        return command;
      }
    }
    return withPlace(operation, { offset: address });
  }
}

function withPlace(operation: Operation, place: Place): Command {
  switch (operation.op) {
    case 'free':
      return { op: 'free', span: place, acct: operation.acct === 1, dirty: operation.needzero };
    case 'freeStack':
      return { op: 'freeStack', span: place };
    case 'query':
    case 'mark':
      return { op: operation.op, at: place };
    case 'addFinalizer':
    case 'setProfile':
      return { op: operation.op, p: operation.p, at: place, id: operation.id };
    case 'removeFinalizer':
      return { op: 'removeFinalizer', p: operation.p, at: place };
    default:
      throw new Error(`${operation.op} has no place`);
  }
}
