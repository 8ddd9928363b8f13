import type { Operation, OperationResult } from '../spec/index.js';
import { ObjectLives, type ObjectLife } from './object-lives.js';
import type { Argument, Command, Handle, Place } from './program.js';

/** What a handle stands for on one heap. */
interface Bound {
  /** Byte offset of the span or the object from the start of the arena. */
  readonly base: number;
  /** Whether it is a span that was allocated as large. */
  readonly large: boolean;
  /** Absent for spans. */
  readonly life?: ObjectLife;
}

/**
 * What the handles of a program stand for in one run: turns commands into operations with concrete addresses. A
 * handle stays bound when its span is freed, so that a program can free it twice. A handle of an object is bound until
 * the end of the first cycle that neither finds the object marked nor saw it allocated while marking; parts of one tiny
 * block live and die together.
 *
 * It knows the results of allocations, of one heap for all, and nothing else of heaps: a program means the same on
 * each of them as long as they agree.
 */
export class Bindings {
  private readonly bound = new Map<Handle, Bound>();
  private readonly lives = new ObjectLives();

  /**
   * The operation that a command asks for now; null where its handle is unbound, because its allocation failed or
   * was left out, or its object is dead: such a command is skipped. Arguments that stand for misuse are passed on as they are.
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

  /**
   * Notes what a command gave: an allocation that succeeded binds its handle, and cycles end the lives of objects. Not
   * to be called for a command that was skipped or ended in an error.
   */
  bind(command: Command, result: OperationResult): void {
    switch (command.op) {
      case 'alloc':
      case 'allocStack': {
        if (!isObjectWith(result, 'base')) return;
        const large = command.op === 'alloc' && command.large;
        this.bound.set(command.handle, { base: result.base, large });
        return;
      }
      case 'malloc': {
        if (!isObjectWith(result, 'addr')) return;
        const { addr } = result;
        const life = this.lives.born(addr, asIs(command.size), asIs(command.scan));
        this.bound.set(command.handle, { base: addr, large: false, life });
        return;
      }
      case 'gcStart':
        this.lives.startMarking();
        return;
      case 'mark':
        this.noteMark(command.at);
        return;
      case 'gcEnd':
        this.lives.endMarking();
        return;
      default:
    }
  }

  private noteMark(at: Place): void {
    const addr = this.address(at);
    if (addr !== null) this.lives.mark(addr, this.lookup(at)?.life);
  }

  /** The address of a place, in bytes from the start of the arena; null where its handle is unbound. */
  private address(place: Place): number | null {
    if (place.handle === undefined) return asIs(place.offset);
    const bound = this.lookup(place);
    return bound === undefined || bound.life?.dead === true ? null : bound.base + place.offset;
  }

  private isLarge(place: Place): boolean {
    return this.lookup(place)?.large === true;
  }

  private lookup({ handle }: Place): Bound | undefined {
    return handle === undefined ? undefined : this.bound.get(handle);
  }
}

function isObjectWith<Key extends 'base' | 'addr'>(
  result: OperationResult,
  key: Key,
): result is Extract<OperationResult, Readonly<Record<Key, number>>> {
  return typeof result === 'object' && result !== null && key in result;
}

/** Misuse is a value of the wrong type on purpose: it is for the heap to refuse it. */
function asIs(argument: Argument): number {
  return argument as number;
}
