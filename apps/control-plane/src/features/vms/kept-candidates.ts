/**
 * The hosts that a new VM may go to. To read two hundred of them is a third of what accepting a VM costs, and each VM
 * changes one of them: where the database tells which rows change (SQLite) they are kept, and only that one is read anew.
 * Elsewhere all are read, where none of `recent-candidates` is it.
 */
import type { Database, Tx } from '../../platform/database/database.ts';
import type { RowChanges } from '../../platform/database/row-changes.ts';
import {
  CANDIDATE_COLUMNS,
  type CandidateHost,
  type WantedImage,
  candidateStore,
  toCandidate,
} from './candidate-store.ts';
import type { Candidate } from './placement.ts';

/** Every host, as a VM from that image would find it in this transaction. */
export type CandidatesIn = (tx: Tx, image: WantedImage) => Promise<Candidate[]>;

export function keptCandidates({ adapter }: Pick<Database, 'adapter'>): CandidatesIn {
  if (adapter.changes === null) return (tx, image) => candidateStore.all(tx.sql, image);
  const kept = new KeptHosts(adapter.changes);
  return async (tx, image) => (await kept.in(tx)).map((host) => toCandidate(host, image));
}

class KeptHosts {
  readonly #changes: RowChanges;
  readonly #hosts = new Map<string, CandidateHost>();
  /** Hosts of which something was changed since they were read; null: all of them may have been. */
  #changed: Set<string> | null = null;
  #foreignWrites = -1;

  constructor(changes: RowChanges) {
    this.#changes = changes;
    const isChanged = (id: string) => void this.#changed?.add(id);
    changes.watch({ table: 'host', key: 'id', columns: CANDIDATE_COLUMNS, withNew: true }, isChanged);
    changes.watch({ table: 'image_copy', key: 'host_id' }, isChanged);
    changes.watch({ table: 'vm', key: 'host_id', columns: ['host_id'], withNew: true }, isChanged);
    // They are read in transactions, and may have been read with what is undone.
    changes.onUndone(() => (this.#changed = null));
  }

  /** As the transaction finds them; nobody else writes while it runs. */
  async in({ sql }: Tx): Promise<readonly CandidateHost[]> {
    const foreignWrites = this.#changes.foreignWrites();
    if (foreignWrites !== this.#foreignWrites) this.#changed = null;
    if (this.#changed?.size !== 0) {
      const changed = this.#changed && [...this.#changed];
      const found = await candidateStore.hosts(sql, changed);
      for (const id of changed ?? [...this.#hosts.keys()]) this.#hosts.delete(id);
      for (const one of found) this.#hosts.set(one.host.id, one);
      this.#changed = new Set();
      this.#foreignWrites = foreignWrites;
    }
    return [...this.#hosts.values()];
  }
}
