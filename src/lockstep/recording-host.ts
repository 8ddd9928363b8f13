import { OBLIGING_HOST, type HostScript } from '../programs/program.js';
import type { Host } from '../spec/index.js';
import { refuses, showsScavenging } from './decisions.js';

/** A call to the operating system about the arena: offset and length in bytes. */
export type SysCall = readonly [call: 'map' | 'used' | 'unused', offset: number, bytes: number];

/** Memory that the heap cleared: offset and length in bytes. */
export type Clear = readonly [offset: number, bytes: number];

/** How a {@link RecordingHost} behaves. */
export interface RecordingHostOptions {
  /** What it does of its own accord; by default it refuses nothing. */
  readonly script?: HostScript;
  /** Whether scavenging prints its trace lines; by default as the script has it, and not where there is none. */
  readonly gctrace?: boolean;
}

/**
 * A host that writes down what a heap does to it, in the order of the calls, since the last {@link reset}. Its clock
 * and its decisions go on across resets.
 */
export class RecordingHost implements Host {
  readonly gctrace: boolean;
  /** Calls to the operating system; `map` only where it was granted. */
  readonly sys: SysCall[] = [];
  readonly clears: Clear[] = [];
  readonly prints: string[] = [];
  protected readonly script: HostScript;
  /** Resets so far: the number of the operation that runs, as far as the host can know it. */
  protected turn = 0;
  private clock = 1;
  private requests = 0;

  constructor(options: RecordingHostOptions = {}) {
    this.script = options.script ?? OBLIGING_HOST;
    this.gctrace = options.gctrace ?? (options.script !== undefined && showsScavenging(options.script));
  }

  /** Forgets what was written down. */
  reset(): void {
    this.turn++;
    // Emptying an empty array costs as much as emptying a full one, and most operations leave no trace here.
    if (this.sys.length > 0) this.sys.length = 0;
    if (this.clears.length > 0) this.clears.length = 0;
    if (this.prints.length > 0) this.prints.length = 0;
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

  print(text: string): void {
    this.prints.push(text);
  }
}
