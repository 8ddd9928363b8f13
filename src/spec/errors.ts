/**
 * The heap found itself broken or was misused, and stopped as the runtime does (`throw`); the message is the
 * runtime's. A heap that threw one is dead: every further operation throws it again.
 */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}

/**
 * Messages of the fatal errors that a page heap can end in, word for word the runtime's; but for `sweepWithoutObjects`:
 * where a span of page-level `alloc` is to be swept, the runtime would follow a nil pointer.
 */
export const FATAL = {
  freeInvalidState: 'MHeap_FreeSpanLocked - invalid span state',
  freeInvalidStack: 'MHeap_FreeSpanLocked - invalid stack free',
  freeInvalid: 'MHeap_FreeSpanLocked - invalid free',
  allocNotFree: 'MHeap_AllocLocked - MSpan not free',
  allocBadPages: 'MHeap_AllocLocked - bad npages',
  stillInList: 'still in list',
  listRemove: 'MSpanList_Remove',
  listInsert: 'MSpanList_Insert',
  listInsertBack: 'MSpanList_InsertBack',
  addSpecial: 'addspecial on invalid pointer',
  removeSpecial: 'removespecial on invalid pointer',
  profileAlreadySet: 'setprofilebucket: profile already set',
  badSpecialKind: 'bad special kind',
  markBitsOverflow: 'markBits overflow',
  outOfMemory: 'out of memory',
  noFreeObjects: 'span has no free objects',
  uncacheEmpty: 'uncaching span but s.allocCount == 0',
  freeCachedSpan: 'freeSpan given cached span',
  sweepBadState: 'MSpan_Sweep: bad span state',
  sweepWithoutObjects: 'sweep of a span that holds no objects',
  sweepIncreasedCount: 'sweep increased allocation count',
  sweepNotInUse: 'non in-use span in unswept list',
  creditUnderflow: 'spanBytesAlloc underflow',
} as const;
