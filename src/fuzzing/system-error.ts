import { isNativeError } from 'node:util/types';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it exists already',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'part of the path is not a folder',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
};

/** Whether an error is the operating system's, with a code such as `ENOENT`. */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

/** Why the operating system refused something, in words. */
export function reasonOf(error: Error & { readonly code: string }): string {
  return REASONS[error.code] ?? error.code;
}
