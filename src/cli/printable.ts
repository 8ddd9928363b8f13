export { printable, printableLine } from '../conformance/printable.js';
