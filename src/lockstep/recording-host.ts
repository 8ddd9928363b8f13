import { OBLIGING_HOST, type HostScript } from '../programs/program.js';
import type { Host } from '../spec/index.js';
import { refuses, showsScavenging } from './decisions.js';
import { noEffects, type Claim, type Effects } from './outcome.js';

/** How a {@link RecordingHost} behaves. */
export interface RecordingHostOptions {
  /** What it does of its own accord; by default it refuses nothing. */
  readonly script?: HostScript;
  /** Whether scavenging prints its trace lines; by default as the script has it, and not where there is none. */
  readonly gctrace?: boolean;
}

/** Is told of a span that has just been claimed for sweeping; operations that it runs are to be noted in the claim. */
export type ClaimListener = (claim: Claim) => void;

/**
 * A host that writes down what a heap does to it, in the order of the calls, since the last {@link reset}. Its clock
 * and its decisions go on across resets.
 */
export class RecordingHost implements Host, Effects {
  readonly gctrace: boolean;
  /** Is told of each claim; null where nobody listens. */
  claimListener: ClaimListener | null = null;
  protected readonly script: HostScript;
  /** Resets so far: the number of the operation that runs, as far as the host can know it. */
  protected turn = 0;
  /** What the operation that runs has done so far: of those that run inside of each other, the innermost. */
  private effects = noEffects();
  private clock = 1;
  private requests = 0;

  constructor(options: RecordingHostOptions = {}) {
    this.script = options.script ?? OBLIGING_HOST;
    this.gctrace = options.gctrace ?? (options.script !== undefined && showsScavenging(options.script));
  }

  get sys(): Effects['sys'] {
    return this.effects.sys;
  }

  get clears(): Effects['clears'] {
    return this.effects.clears;
  }

  get prints(): Effects['prints'] {
    return this.effects.prints;
  }

  get finalizers(): Effects['finalizers'] {
    return this.effects.finalizers;
  }

  get profiles(): Effects['profiles'] {
    return this.effects.profiles;
  }

  get claims(): Effects['claims'] {
    return this.effects.claims;
  }

  /** Forgets what was written down. */
  reset(): void {
    this.turn++;
    // Emptying an empty array costs as much as emptying a full one, and most operations leave no trace here.
    const { sys, clears, prints, finalizers, profiles, claims } = this.effects;
    if (sys.length > 0) sys.length = 0;
    if (clears.length > 0) clears.length = 0;
    if (prints.length > 0) prints.length = 0;
    if (finalizers.length > 0) finalizers.length = 0;
    if (profiles.length > 0) profiles.length = 0;
    if (claims.length > 0) claims.length = 0;
  }

  /** Writes the effects of an operation that runs inside of another one down apart, and gives what `action` gives. */
  inside<T>(action: (effects: Effects) => T): T {
    const outer = this.effects;
    this.effects = noEffects();
    this.turn++;
    try {
      return action(this.effects);
    } finally {
      this.effects = outer;
    }
  }

  nanotime(): number {
    return this.clock;
  }

  tick(ns: number): void {
    this.clock += ns;
  }

  sysMap(offset: number, bytes: number): boolean {
    this.requests++;
    if (refuses(this.script, this.requests)) return false;
    this.sys.push(['map', offset, bytes]);
    return true;
  }

  sysUsed(offset: number, bytes: number): void {
    this.sys.push(['used', offset, bytes]);
  }

  sysUnused(offset: number, bytes: number): void {
    this.sys.push(['unused', offset, bytes]);
  }

  clear(offset: number, bytes: number): void {
    this.clears.push([offset, bytes]);
  }

  spanClaimed(base: number): void {
    const claim: Claim = { span: base, steps: [] };
    this.claims.push(claim);
    this.claimListener?.(claim);
  }

  queueFinalizer(addr: number, id: number): void {
    this.finalizers.push([addr, id]);
  }

  profileFree(id: number, size: number): void {
    this.profiles.push([id, size]);
  }

  print(text: string): void {
    this.prints.push(text);
  }
}
