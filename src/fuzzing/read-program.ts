import { printable } from '../conformance/printable.js';
import { parseProgram, ProgramSyntaxError, type Program } from '../programs/index.js';
import { readText, type FileContent } from './read-file.js';

/** Bytes of the longest program that is read: generated ones of 10,000 commands take less than 1 MiB. */
const LONGEST = 4 * 2 ** 20;

/** A program and the text in which it was found. */
export interface ProgramText {
  readonly text: string;
  readonly program: Program;
}

/**
 * Reads a program from a file that may be anything. Why it can't be read is safe to print; where that is known, it
 * begins with line and column: `3:1: expected ...`.
 */
export function readProgram(path: string): FileContent<ProgramText> {
  const file = readText(path, LONGEST);
  if (file.kind !== 'read') return file;
  const text = file.content;
  // What a full disk or a loss of power makes of a file is no program without commands.
  if (text.trim() === '') return { kind: 'unreadable', why: 'it is empty' };
  try {
    return { kind: 'read', content: { text, program: parseProgram(text) } };
  } catch (error) {
    if (!(error instanceof ProgramSyntaxError)) throw error;
    return { kind: 'unreadable', why: printable(error.message.slice(`${error.file}:`.length)) };
  }
}
