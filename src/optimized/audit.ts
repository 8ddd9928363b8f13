import type { HeapParts } from './heap-parts.js';
import { auditPages } from './pages/audit.js';

/** Checks all that the heap keeps twice, and names what is broken, a sentence each. */
export function audit({ pages }: HeapParts): string[] {
  return auditPages(pages);
}
