/**
 * Lists of VMs. Thousands of pages poll them while a few VMs change: where the database tells which rows change (SQLite),
 * what lists are narrowed and sorted by is kept in memory, and so is each VM as it was last shown. Nothing is answered
 * from there while a change has not been read yet, committed or not. Elsewhere each list is read.
 */
import type { Vm } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Db } from '../../platform/database/database.ts';
import type { RowChanges } from '../../platform/database/row-changes.ts';
import { orderOf } from '../../platform/paging.ts';
import { SortedVms, placeOf } from './sorted-vms.ts';
import {
  type ListScope,
  type ListedVm,
  SORTED_BY_DEFAULT,
  type VmFilter,
  isIn,
  scopeOf,
  sortColumns,
  vmListStore,
} from './vm-list-store.ts';

export interface VmPage {
  readonly items: Vm[];
  readonly nextCursor: string | null;
  readonly total: number;
}

export type VmLists = (filter: VmFilter, caller: Caller) => Promise<VmPage>;

export function vmLists({ db, adapter }: Database): VmLists {
  if (adapter.changes === null) return (filter, caller) => vmListStore.list(db, filter, caller);
  const kept = new KeptVmLists(db, adapter.changes);
  return (filter, caller) => kept.list(filter, caller);
}

/** More at once, and all are read again. */
const CHANGED_MAX = 1000;
/** Of all narrowed lists together. A VM in one takes a pointer; each list is asked at each change, also an empty one. */
const WEIGHT_MAX = 2_000_000;
const WEIGHT_OF_LIST = 1000;
/** A shown VM takes some 3 kB, with its text. */
const SHOWN_MAX = 5000;

class KeptVmLists {
  readonly #db: Db;
  readonly #changes: RowChanges;
  readonly #vms = new Map<string, ListedVm>();
  /** All of them, by what they are sorted by. */
  readonly #sorted = new Map<keyof ListedVm, SortedVms>();
  /** Those that were asked for, the one that was asked for last at the end. */
  readonly #narrowed = new Map<string, SortedVms>();
  readonly #shownToAdmin = new Map<string, Vm>();
  readonly #shownToOwner = new Map<string, Vm>();
  /** VMs of which something was changed since they were read; null: all of them may have been. */
  #changed: Set<string> | null = null;
  #foreignWrites = -1;

  constructor(db: Db, changes: RowChanges) {
    this.#db = db;
    this.#changes = changes;
    const isChanged = (id: string) => this.#markChanged(id);
    const areChanged = () => (this.#changed = null);
    changes.watch({ table: 'vm', key: 'id' }, isChanged);
    changes.watch({ table: 'stale_domain', key: 'vm_id' }, isChanged);
    // Names that many VMs are shown with; they change rarely.
    changes.watch({ table: 'user', key: 'id', columns: ['display_name'] }, areChanged);
    changes.watch({ table: 'host', key: 'id', columns: ['name', 'is_enabled'] }, areChanged);
    changes.watch({ table: 'image', key: 'id', columns: ['name'] }, areChanged);
    changes.watch({ table: 'network', key: 'id', columns: ['name'] }, areChanged);
    changes.watch({ table: 'class', key: 'id', columns: ['name', 'expires_at'] }, areChanged);
  }

  async list(filter: VmFilter, caller: Caller): Promise<VmPage> {
    const page = this.#isCurrent() ? this.#page(filter, caller) : null;
    if (page?.missing.length === 0) return page.withItems();
    // Nobody writes meanwhile: it is SQLite's one connection.
    return this.#db.connection().execute(async (sql) => {
      if (!this.#isCurrent()) await this.#catchUp(sql);
      const { missing, withItems } = this.#page(filter, caller);
      return withItems(await vmListStore.shown(sql, missing, caller));
    });
  }

  #isCurrent(): boolean {
    return this.#changed?.size === 0 && this.#changes.foreignWrites() === this.#foreignWrites;
  }

  #markChanged(id: string): void {
    this.#changed?.add(id);
    if (this.#changed && this.#changed.size > CHANGED_MAX) this.#changed = null;
  }

  /** Whoever asks meanwhile waits for the connection, since what has changed is taken for read only when it was. */
  async #catchUp(sql: Db): Promise<void> {
    const foreignWrites = this.#changes.foreignWrites();
    const changed = foreignWrites === this.#foreignWrites ? this.#changed : null;
    const vms = await vmListStore.listed(sql, changed && [...changed]);
    if (changed === null) this.#takeAll(vms);
    else this.#take(changed, new Map(vms.map((vm) => [vm.id, vm])));
    this.#changed = new Set();
    this.#foreignWrites = foreignWrites;
  }

  #takeAll(vms: readonly ListedVm[]): void {
    for (const kept of [this.#vms, this.#sorted, this.#narrowed, this.#shownToAdmin, this.#shownToOwner])
      kept.clear();
    for (const vm of vms) this.#vms.set(vm.id, vm);
  }

  #take(changed: ReadonlySet<string>, found: ReadonlyMap<string, ListedVm>): void {
    for (const id of changed) {
      const was = this.#vms.get(id) ?? null;
      const is = found.get(id) ?? null;
      for (const lists of [this.#sorted, this.#narrowed])
        for (const list of lists.values()) list.change(was, is);
      if (is) this.#vms.set(id, is);
      else this.#vms.delete(id);
      this.#shownToAdmin.delete(id);
      this.#shownToOwner.delete(id);
    }
  }

  #page(filter: VmFilter, caller: Caller) {
    const columns = sortColumns(caller);
    const order = orderOf({ query: filter, columns, defaultSort: SORTED_BY_DEFAULT });
    const list = this.#listOf(scopeOf(filter, caller), order.column);
    const vms = list.page({ ...order, limit: order.limit + 1 });
    const isLast = vms.length <= order.limit;
    if (!isLast) vms.pop();
    const last = vms.at(-1);
    const nextCursor = isLast || !last ? null : order.cursorAfter(placeOf(last, order.column));
    const shown = caller.isAdmin ? this.#shownToAdmin : this.#shownToOwner;
    return {
      missing: vms.filter(({ id }) => !shown.has(id)).map(({ id }) => id),
      withItems: (read: ReadonlyMap<string, Vm> = new Map()): VmPage => {
        const items = vms.flatMap(({ id }) => shown.get(id) ?? read.get(id) ?? []);
        for (const vm of read.values()) keep(shown, vm);
        return { items, nextCursor, total: list.length };
      },
    };
  }

  #listOf(scope: ListScope, by: keyof ListedVm): SortedVms {
    const key = JSON.stringify([by, scope]);
    const known = this.#narrowed.get(key);
    if (known) this.#narrowed.delete(key);
    else this.#makeRoom();
    const list = known ?? this.#sortedBy(by).narrowed(isIn(scope));
    this.#narrowed.set(key, list);
    return list;
  }

  #makeRoom(): void {
    const weight = (list: SortedVms) => WEIGHT_OF_LIST + list.length;
    let sum = 0;
    for (const list of this.#narrowed.values()) sum += weight(list);
    for (const [oldest, list] of this.#narrowed) {
      if (sum <= WEIGHT_MAX) return;
      this.#narrowed.delete(oldest);
      sum -= weight(list);
    }
  }

  #sortedBy(by: keyof ListedVm): SortedVms {
    const sorted = this.#sorted.get(by) ?? SortedVms.of(this.#vms.values(), by);
    this.#sorted.set(by, sorted);
    return sorted;
  }
}

/** Not while an operation has it: how far that is changes all the time, and is told to each as one may know it. */
function keep(shown: Map<string, Vm>, vm: Vm): void {
  if (vm.operation !== null) return;
  shown.set(vm.id, Object.freeze(vm));
  for (const oldest of shown.keys()) {
    if (shown.size <= SHOWN_MAX) return;
    shown.delete(oldest);
  }
}
