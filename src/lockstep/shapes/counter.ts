import { SHAPES } from './catalogue.js';
import type { ShapeName } from './catalogue.js';
import type { Shape, Tally } from './shape.js';

/** How often each shape of the catalogue has been reached. */
export class ShapeCounter implements Tally<ShapeName> {
  // A cell of its own for each count: a lookup fewer than setting a number anew.
  readonly #cells: ReadonlyMap<string, { count: number }> = new Map(
    SHAPES.map(({ name }) => [name, { count: 0 }]),
  );

  /** The count of every shape, in the order of the catalogue; 0 where it was not reached. */
  get counts(): ReadonlyMap<string, number> {
    return new Map([...this.#cells].map(([name, cell]) => [name, cell.count]));
  }

  /** Counts that the shape `name` was reached once more. */
  count(name: ShapeName): void {
    const cell = this.#cells.get(name);
    if (cell !== undefined) cell.count++;
  }

  /** Adds the counts of another counter to these. */
  merge(other: ShapeCounter): void {
    for (const [name, cell] of this.#cells) cell.count += other.#cells.get(name)?.count ?? 0;
  }

  /** The shapes that were never reached, in the order of the catalogue. */
  unreached(): Shape[] {
    return SHAPES.filter(({ name }) => this.#cells.get(name)?.count === 0);
  }

  /** The counts under the names of their shapes, without those that are 0. */
  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.counts].filter(([, count]) => count > 0));
  }

  /**
   * The counter that {@link toJSON} wrote.
   *
   * @throws TypeError where `json` is no object.
   * @throws RangeError where it names a shape that is not in the catalogue, or a count is not a whole number from 0.
   */
  static fromJSON(json: unknown): ShapeCounter {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new TypeError('the counts of shapes are an object: names of shapes with their counts');
    }
    const counter = new ShapeCounter();
    for (const [name, count] of Object.entries(json) as [string, unknown][]) {
      const cell = counter.#cells.get(name);
      if (cell === undefined) throw new RangeError(`unknown shape ${name}`);
      if (!Number.isSafeInteger(count) || Number(count) < 0) {
        throw new RangeError(`the count of ${name} must be a whole number from 0, not ${String(count)}`);
      }
      cell.count = Number(count);
    }
    return counter;
  }
}
