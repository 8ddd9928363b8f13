import { CLASS_TO_SIZE } from '../../spec/index.js';
import type { Span } from '../span.js';

/** The size class of a small object: the one with the smallest objects that are large enough ("Size classes"). */
export function sizeClassOf(size: number): number {
  return CLASS_TO_SIZE.findIndex((bytes) => bytes >= size);
}

/** The index of the object that lies `offset` bytes from the start of a span ("Size classes"). */
export function objectIndexAt(span: Span, offset: number): number {
  return Math.floor(offset / span.elemsize);
}

/** The address of an object. */
export function addressOf(span: Span, index: number): number {
  return span.base + index * span.elemsize;
}
