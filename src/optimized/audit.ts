import type { HeapParts } from './heap-parts.js';
import { auditObjects } from './objects/audit.js';
import { auditPages } from './pages/audit.js';

/**
 * Checks all that the heap keeps twice, and names what is broken, a sentence each. Of a dead heap only the pages are
 * checked: it may have died while something was on its way from one place to another.
 */
export function audit(parts: HeapParts): string[] {
  const broken = auditPages(parts.pages);
  // Without sound pages there is no way to say which spans there are.
  return broken.length > 0 || parts.pages.fate.error !== null ? broken : auditObjects(parts);
}
