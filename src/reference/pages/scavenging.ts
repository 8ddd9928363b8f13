import { PAGE_SIZE } from '../../spec/index.js';
import { freeSpans } from '../mheap.js';
import type { Mheap } from '../mheap.js';
import { roundDown, roundUp } from '../rounding.js';
import { endOf } from '../span.js';
import type { Span } from '../span.js';
import { statistics } from '../statistics.js';

/** Releases the free spans that have been unused for longer than `limit` ns, and gives the bytes (`mheap.go:989`). */
export function scavenge(h: Mheap, limit: number): number {
  const now = h.host.nanotime();
  const ordinal = h.scavenges++;
  return release(h, ordinal, (span) => now - span.unusedsince > limit);
}

/** Releases free spans of every age, and gives the bytes: the scavenging half of `mheap.go:1009`. */
export function freeOSMemory(h: Mheap): number {
  return release(h, -1, () => true);
}

function release(h: Mheap, ordinal: number, oldEnough: (span: Span) => boolean): number {
  const released = freeSpans(h)
    .filter(oldEnough)
    .reduce((bytes, span) => bytes + releaseSpan(h, span), 0);
  if (h.host.gctrace) printTrace(h, ordinal, released);
  return released;
}

/**
 * Releases the whole physical pages inside a free span, and gives the bytes that had not been released before
 * (`mheap.go:957`).
 */
function releaseSpan(h: Mheap, span: Span): number {
  const start = roundUp(span.base, h.config.physPageSize);
  const end = roundDown(endOf(span), h.config.physPageSize);
  const bytes = Math.max(end - start, 0);
  const newlyReleased = bytes - span.npreleased * PAGE_SIZE;
  if (newlyReleased === 0) return 0;
  span.npreleased = bytes / PAGE_SIZE;
  h.host.sysUnused(start, bytes);
  return newlyReleased;
}

/** The lines that `GODEBUG=gctrace=1` shows of a scavenge, in whole MiB (`mheap.go:998`). */
function printTrace(h: Mheap, ordinal: number, released: number): void {
  const { heap_inuse, heap_idle, heap_sys, heap_released } = statistics(h);
  const [scavenged, inuse, idle, sys, gone, consumed] = [
    released,
    heap_inuse,
    heap_idle,
    heap_sys,
    heap_released,
    heap_sys - heap_released,
  ].map((bytes) => Math.floor(bytes / 2 ** 20));
  if (released > 0) h.host.print(`scvg${ordinal}: ${scavenged} MB released\n`);
  h.host.print(
    `scvg${ordinal}: inuse: ${inuse}, idle: ${idle}, sys: ${sys}, released: ${gone}, consumed: ${consumed} (MB)\n`,
  );
}
