import type { Operation, OperationResult } from '../spec/index.js';
import { madeHandle } from './command-fields.js';
import type { Argument, Command, Handle, Place } from './program.js';

/** What a handle stands for on one heap. */
interface BoundSpan {
  /** Byte offset from the start of the arena. */
  readonly base: number;
  /** Whether it was allocated as large. */
  readonly large: boolean;
}

/**
 * What the handles of a program stand for in one run: turns commands into operations with concrete addresses. A
 * handle stays bound when its span is freed, so that a program can free it twice.
 */
export class Bindings {
  private readonly spans = new Map<Handle, BoundSpan>();

  /**
   * The operation that a command asks for now; null where its handle is unbound, because its allocation failed or
   * was left out: such a command is skipped. Arguments that stand for misuse are passed on as they are.
   */
  resolve(command: Command): Operation | null {
    switch (command.op) {
      case 'alloc': {
        const { large, needzero } = command;
        return {
          op: 'alloc',
          npages: asIs(command.npages),
          sizeclass: asIs(command.sizeclass),
          large,
          needzero,
        };
      }
      case 'allocStack':
        return { op: 'allocStack', npages: asIs(command.npages) };
      case 'free': {
        const base = this.address(command.span);
        if (base === null) return null;
        const acct = command.acct ?? this.isLarge(command.span);
        return { op: 'free', base, acct: acct ? 1 : 0, needzero: command.dirty };
      }
      case 'freeStack': {
        const base = this.address(command.span);
        return base === null ? null : { op: 'freeStack', base };
      }
      case 'tick':
        return { op: 'tick', ns: asIs(command.ns) };
      case 'scavenge':
        return { op: 'scavenge', limit: asIs(command.limit) };
      case 'freeOSMemory':
        return { op: 'freeOSMemory' };
      case 'query': {
        if (command.at === null) return { op: 'query' };
        const addr = this.address(command.at);
        return addr === null ? null : { op: 'query', addr };
      }
      case 'addFinalizer':
      case 'setProfile': {
        const addr = this.address(command.at);
        return addr === null ? null : { op: command.op, p: asIs(command.p), addr, id: asIs(command.id) };
      }
      case 'removeFinalizer': {
        const addr = this.address(command.at);
        return addr === null ? null : { op: 'removeFinalizer', p: asIs(command.p), addr };
      }
      case 'malloc': {
        const { p, size, needzero, scan } = command;
        return { op: 'malloc', p: asIs(p), size: asIs(size), needzero, scan: asIs(scan) };
      }
      case 'flush':
      case 'removeProc':
      case 'sweepone':
        return { op: command.op, p: asIs(command.p) };
      case 'addProc':
      case 'gcStart':
        return { op: command.op };
      case 'mark': {
        const addr = this.address(command.at);
        return addr === null ? null : { op: 'mark', addr };
      }
      case 'gcEnd':
        return { op: 'gcEnd', heapDistance: asIs(command.heapDistance) };
    }
  }

  /** Notes what a command gave: an allocation that succeeded binds its handle, anything else binds nothing. */
  bind(command: Command, result: OperationResult): void {
    const handle = madeHandle(command);
    if (handle === undefined) return;
    if (typeof result !== 'object' || result === null) return;
    if ('base' in result) {
      this.spans.set(handle, { base: result.base, large: command.op === 'alloc' && command.large });
    } else if ('addr' in result) {
      this.spans.set(handle, { base: result.addr, large: false });
    }
  }

  /** The address of a place, in bytes from the start of the arena; null where its handle is unbound. */
  private address(place: Place): number | null {
    if (place.handle === undefined) return asIs(place.offset);
    const span = this.spans.get(place.handle);
    return span === undefined ? null : span.base + place.offset;
  }

  private isLarge(place: Place): boolean {
    return place.handle !== undefined && this.spans.get(place.handle)?.large === true;
  }
}

/** Misuse is a value of the wrong type on purpose: it is for the heap to refuse it. */
function asIs(argument: Argument): number {
  return argument as number;
}
