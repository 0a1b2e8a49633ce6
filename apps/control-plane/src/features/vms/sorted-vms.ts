/** VMs in an order, kept while they change: a page of them costs the same however many there are. */
import type { Place } from '../../platform/paging.ts';
import type { ListedVm } from './vm-list-store.ts';

export interface PageOfSorted {
  readonly limit: number;
  readonly isDescending: boolean;
  /** null: from the beginning. */
  readonly after: Place | null;
}

export class SortedVms {
  readonly #by: keyof ListedVm;
  readonly #isIn: (vm: ListedVm) => boolean;
  /** Ascending; ties are broken by id. */
  readonly #vms: ListedVm[];

  /** `vms`: those that are in, in order. */
  private constructor(by: keyof ListedVm, isIn: (vm: ListedVm) => boolean, vms: ListedVm[]) {
    this.#by = by;
    this.#isIn = isIn;
    this.#vms = vms;
  }

  static of(vms: Iterable<ListedVm>, by: keyof ListedVm): SortedVms {
    const sorted = [...vms].sort((one, other) => compare(one[by] ?? '', one.id, other[by] ?? '', other.id));
    return new SortedVms(by, () => true, sorted);
  }

  /** In the same order. */
  narrowed(isIn: (vm: ListedVm) => boolean): SortedVms {
    return new SortedVms(this.#by, isIn, this.#vms.filter(isIn));
  }

  get length(): number {
    return this.#vms.length;
  }

  /** null: there was none, or there is none any more. */
  change(was: ListedVm | null, is: ListedVm | null): void {
    if (was && this.#isIn(was)) this.#vms.splice(this.#countBefore(placeOf(was, this.#by)), 1);
    if (is && this.#isIn(is)) this.#vms.splice(this.#countBefore(placeOf(is, this.#by)), 0, is);
  }

  page({ limit, isDescending, after }: PageOfSorted): ListedVm[] {
    if (!isDescending) {
      const from = after === null ? 0 : this.#countBefore(after, true);
      return this.#vms.slice(from, from + limit);
    }
    const to = after === null ? this.#vms.length : this.#countBefore(after);
    return this.#vms.slice(Math.max(0, to - limit), to).reverse();
  }

  /** How many come before that place; `orAt`: and at it. */
  #countBefore(place: Place, orAt = false): number {
    let from = 0;
    let to = this.#vms.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const vm = this.#vms[middle];
      const way = vm === undefined ? 0 : compare(vm[this.#by] ?? '', vm.id, place.value, place.id);
      if (way < 0 || (way === 0 && orAt)) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

export const placeOf = (vm: ListedVm, by: keyof ListedVm): Place => ({ value: vm[by] ?? '', id: vm.id });

type Key = string | number;

function compare(key: Key, id: string, otherKey: Key, otherId: string): number {
  if (key !== otherKey) return key < otherKey ? -1 : 1;
  if (id === otherId) return 0;
  return id < otherId ? -1 : 1;
}
