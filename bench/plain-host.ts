import type { Host } from 'heapspec';

/** A host that grants everything and does nothing, so that the heap alone is measured. */
export class PlainHost implements Host {
  readonly gctrace = false;
  private clock = 1;

  nanotime(): number {
    return this.clock;
  }

  tick(ns: number): void {
    this.clock += ns;
  }

  sysMap(): boolean {
    return true;
  }

  sysUsed(): void {
    // Nothing is ever released here.
  }

  sysUnused(): void {
    // See above.
  }

  clear(): void {
    // There is no memory behind the addresses.
  }

  spanClaimed(): void {
    // Nothing runs in between.
  }

  queueFinalizer(): void {
    // Nobody runs finalizers.
  }

  profileFree(): void {
    // Nobody profiles.
  }

  print(): void {
    // Nothing to say.
  }
}
