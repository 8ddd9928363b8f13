export { isSystemError, reasonOf } from '../fuzzing/system-error.js';
