/** A few connections for one kind of call, each opened when it is first needed. */
import { ConnectionLostError } from '../errors.ts';
import type { Connection } from '../session/connection.ts';
import { type CallOptions, MAX_IN_FLIGHT } from '../session/calls.ts';
import { within } from './deadline.ts';

interface Worker {
  readonly opening: Promise<Connection>;
  /** Set once it is open. */
  connection: Connection | undefined;
  /** Calls under way or waiting for the opening. */
  reserved: number;
}

export class Lane {
  readonly #open: () => Promise<Connection>;
  readonly #size: number;
  readonly #workers = new Set<Worker>();
  #isClosed = false;

  constructor(size: number, open: () => Promise<Connection>) {
    this.#size = size;
    this.#open = open;
  }

  /** On the least busy connection; opens one more while there may be more and all are busy. */
  async run<T>(
    name: string,
    options: CallOptions & { readonly timeoutMs: number },
    call: (connection: Connection, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const worker = this.#choose();
    worker.reserved++;
    try {
      if (worker.connection) return await call(worker.connection, options);
      const { opened, left } = await within(worker.opening, name, options);
      return await call(opened, left);
    } finally {
      worker.reserved--;
    }
  }

  destroy(error: ConnectionLostError): void {
    this.#isClosed = true;
    // Those still opening find the lane closed when they come.
    for (const { connection } of this.#workers) connection?.destroy(error);
    this.#workers.clear();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const workers = [...this.#workers];
    this.#workers.clear();
    await Promise.all(
      workers.map(({ opening }) => opening.then((connection) => connection.close()).catch(() => {})),
    );
  }

  #choose(): Worker {
    if (this.#isClosed) throw new ConnectionLostError('the link has no connection');
    let best: Worker | undefined;
    for (const worker of this.#workers) {
      if (isStuck(worker)) this.#replace(worker);
      else if (!best || load(worker) < load(best)) best = worker;
    }
    if (best && (load(best) === 0 || this.#workers.size >= this.#size)) return best;
    return this.#add();
  }

  #add(): Worker {
    const opening = this.#open();
    const worker: Worker = { opening, connection: undefined, reserved: 0 };
    this.#workers.add(worker);
    opening.then(
      (connection) => {
        worker.connection = connection;
        if (this.#isClosed) connection.destroy(new ConnectionLostError('the link was closed'));
        void connection.closed.then(() => this.#workers.delete(worker));
      },
      () => this.#workers.delete(worker),
    );
    return worker;
  }

  #replace(worker: Worker): void {
    this.#workers.delete(worker);
    worker.connection?.destroy(
      new ConnectionLostError('every place on the connection was held by a hung call'),
    );
  }
}

function load({ reserved, connection }: Worker): number {
  return reserved + (connection?.abandonedCalls ?? 0);
}

/** All four places are held by calls whose callers have gone: the server may never free them. */
function isStuck({ reserved, connection }: Worker): boolean {
  return connection !== undefined && reserved === 0 && connection.abandonedCalls >= MAX_IN_FLIGHT;
}
