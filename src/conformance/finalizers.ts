import type { QueuedFinalizer } from '../lockstep/index.js';
import type { OperationResult } from '../spec/index.js';
import type { Call } from './contract.js';
import type { Holding, Holdings } from './holdings.js';
import { wrong, type Wrong } from './judge.js';

interface Attached {
  readonly holding: number;
  readonly offset: number;
  readonly id: number;
}

/** The finalizers that a program has attached and that have not run, and how many records the heap must have for them. */
export class Finalizers {
  private attached: Attached[] = [];
  /** Records that are out: those of spans that were freed with them stay so. */
  records = 0;

  /** Judges and notes an `addFinalizer` or a `removeFinalizer` that ended well. */
  change(
    call: Call,
    ret: OperationResult,
    { holding, offset }: { holding: Holding; offset: number },
  ): Wrong | undefined {
    const isThere = ({ holding: on, offset: at }: Attached): boolean => on === holding.id && at === offset;
    const had = this.attached.some(isThere);
    if (call.op === 'removeFinalizer') {
      if (had) this.records--;
      this.attached = this.attached.filter((one) => !isThere(one));
      return undefined;
    }
    const added = typeof ret === 'object' && ret !== null && 'added' in ret ? ret.added : undefined;
    if (added !== !had) {
      const message = had
        ? 'it added a second finalizer to an object'
        : 'it did not add the first finalizer of an object';
      return wrong('result', call, message, { path: 'result.added', expected: !had, actual: added });
    }
    if (!had) {
      this.records++;
      this.attached.push({ holding: holding.id, offset, id: Number(call.args.id) });
    }
    return undefined;
  }

  /** Judges and notes that a finalizer was queued for running: it must be there, and its object must be dead. */
  queue(call: Call, [, id]: QueuedFinalizer, holdings: Holdings): Wrong | undefined {
    const withId = this.attached.filter((one) => one.id === id);
    if (withId.length === 0) {
      return wrong('effects', call, `it queues the finalizer ${id}, which no object has`);
    }
    const dead = withId.find(({ holding }) => holdings.at({ of: holding, offset: 0 }) === undefined);
    if (dead === undefined) {
      return wrong('effects', call, `it queues the finalizer ${id} of an object that is in use`);
    }
    this.attached = this.attached.filter((one) => one !== dead);
    this.records--;
    return undefined;
  }
}
