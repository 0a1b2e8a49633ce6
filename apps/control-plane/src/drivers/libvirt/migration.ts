/**
 * Live migration by libvirt's protocol version 3, driven from here: begin, perform and confirm on the source, prepare and
 * finish on the destination. The hosts need not log in to one another; only QEMU's data goes between them.
 */
import {
  type Connection,
  LibvirtError,
  type Link,
  MigrateFlag,
  type TypedParam,
  domainRef,
} from '@loucloud/libvirt';
import { toUserError } from './errors.ts';
import { permitted } from './host-link.ts';

export interface LiveMigration {
  readonly vmId: string;
  readonly domainName: string;
  /** Of the destination, from what `begin` says of the running domain. */
  readonly liveXml: (xml: string) => string;
  readonly persistentXml: string;
  readonly storage: 'shared' | 'incremental' | 'full';
  /** By which the source's QEMU reaches the destination; null: as the destination's libvirt says. */
  readonly destinationAddress: string | null;
  readonly hasTls: boolean;
  readonly isPaused: boolean;
}

/** The hand-shakes; the way itself takes as long as it takes. */
const STEP_MS = 120_000;
const DAY_MS = 86_400_000;
const NO_COOKIE = new Uint8Array(0);
const NOT_FOR_DESTINATION =
  MigrateFlag.changeProtection | MigrateFlag.abortOnError | MigrateFlag.autoConverge;

const { live, persistDestination, changeProtection, abortOnError, autoConverge } = MigrateFlag;

export async function migrate(
  links: { readonly source: Link; readonly destination: Link },
  job: LiveMigration,
  signal: AbortSignal,
): Promise<void> {
  const source = await links.source.openConnection({ timeoutMs: STEP_MS });
  try {
    const destination = await links.destination.openConnection({ timeoutMs: STEP_MS });
    try {
      await new Protocol({ source, destination }, job, signal).run();
    } finally {
      // Whatever is still half-way there is taken back by libvirt itself.
      destination.destroy();
    }
  } finally {
    source.destroy();
  }
}

class Protocol {
  readonly #source: Connection;
  readonly #destination: Connection;
  readonly #job: LiveMigration;
  readonly #signal: AbortSignal;
  readonly #flags: number;
  readonly #domain: ReturnType<typeof domainRef>;
  #params: readonly TypedParam[] = [];

  constructor(
    sides: { source: Connection; destination: Connection },
    job: LiveMigration,
    signal: AbortSignal,
  ) {
    this.#source = sides.source;
    this.#destination = sides.destination;
    this.#job = job;
    this.#signal = signal;
    this.#flags = flagsOf(job);
    this.#domain = domainRef(job.vmId, job.domainName);
  }

  async run(): Promise<void> {
    this.#signal.throwIfAborted();
    const options = permitted({ timeoutMs: STEP_MS });
    const persistent: TypedParam = text('persistent_xml', this.#job.persistentXml);
    const begun = await this.#source.call(
      'domainMigrateBegin3Params',
      { domain: this.#domain, params: [persistent], flags: this.#flags },
      options,
    );
    this.#params = this.#paramsFor(this.#job.liveXml(begun.xml), persistent);
    const prepared = await this.#prepare(begun.cookie);
    const performed = await this.#perform(prepared);
    await this.#finish(performed);
  }

  async #prepare(cookie: Uint8Array): Promise<Uint8Array> {
    try {
      this.#signal.throwIfAborted();
      const flags = this.#flags & ~NOT_FOR_DESTINATION;
      const prepared = await this.#destination.call(
        'domainMigratePrepare3Params',
        { params: this.#params, cookie, flags },
        permitted({ timeoutMs: STEP_MS }),
      );
      if (prepared.uri !== null) {
        const others = this.#params.filter(({ field }) => field !== 'migrate_uri');
        this.#params = [...others, text('migrate_uri', prepared.uri)];
      }
      return prepared.cookie;
    } catch (error) {
      // The source has begun, and is to forget it.
      await this.#confirm(NO_COOKIE, true).catch(() => undefined);
      throw error;
    }
  }

  /** Copies disk and memory. Ended by whoever aborts the job: the caller on its signal, or we when the destination is gone. */
  async #perform(cookie: Uint8Array): Promise<Uint8Array> {
    const gone = new AbortController();
    void this.#destination.closed.then(() => gone.abort());
    const ending = AbortSignal.any([this.#signal, gone.signal]);
    const over = new AbortController();
    const aborting = abortJobOn(ending, over.signal, () =>
      this.#source.call('domainAbortJob', { domain: this.#domain }, permitted({ timeoutMs: STEP_MS })),
    );
    try {
      ending.throwIfAborted();
      const performed = await this.#source.call(
        'domainMigratePerform3Params',
        { domain: this.#domain, destinationUri: null, params: this.#params, cookie, flags: this.#flags },
        permitted({ timeoutMs: DAY_MS }),
      );
      // From here on it would be given up at the last moment for nothing: it only has to go on there.
      return performed.cookie;
    } catch (error) {
      await this.#finishCall(NO_COOKIE, true).catch(() => undefined);
      this.#signal.throwIfAborted();
      throw error;
    } finally {
      over.abort();
      await aborting;
    }
  }

  /** The guest goes on there, or, if it cannot, here. */
  async #finish(cookie: Uint8Array): Promise<void> {
    let finished: { cookie: Uint8Array };
    try {
      finished = await this.#finishCall(cookie, false);
    } catch (error) {
      // Without an answer it may run there: then the caller looks at both hosts before anything goes on here.
      if (error instanceof LibvirtError) await this.#confirm(NO_COOKIE, true).catch(() => undefined);
      throw toUserError(error);
    }
    // It runs there. What the source says to that is for the caller's look at both hosts.
    await this.#confirm(finished.cookie, false).catch(() => undefined);
  }

  #finishCall(cookie: Uint8Array, isCancelled: boolean) {
    const flags = this.#flags & ~NOT_FOR_DESTINATION;
    return this.#destination.call(
      'domainMigrateFinish3Params',
      { params: this.#params, cookie, flags, cancelled: isCancelled ? 1 : 0 },
      permitted({ timeoutMs: STEP_MS }),
    );
  }

  #confirm(cookie: Uint8Array, isCancelled: boolean) {
    return this.#source.call(
      'domainMigrateConfirm3Params',
      { domain: this.#domain, params: [], cookie, flags: this.#flags, cancelled: isCancelled ? 1 : 0 },
      permitted({ timeoutMs: STEP_MS }),
    );
  }

  #paramsFor(destinationXml: string, persistent: TypedParam): TypedParam[] {
    const { domainName, destinationAddress, hasTls } = this.#job;
    const params = [
      text('destination_name', domainName),
      text('destination_xml', destinationXml),
      persistent,
    ];
    if (destinationAddress === null) return params;
    const host = destinationAddress.includes(':') ? `[${destinationAddress}]` : destinationAddress;
    params.push(text('migrate_uri', `tcp://${host}`));
    if (hasTls) params.push(text('tls.destination', destinationAddress));
    return params;
  }
}

function flagsOf({ storage, hasTls, isPaused }: LiveMigration): number {
  let flags = live | persistDestination | changeProtection | abortOnError | autoConverge;
  if (storage === 'full') flags |= MigrateFlag.nonSharedDisk;
  if (storage === 'incremental') flags |= MigrateFlag.nonSharedIncremental;
  // It knows few kinds of storage for shared, and refuses the rest: that this one is has been tried.
  if (storage === 'shared') flags |= MigrateFlag.unsafe;
  if (hasTls) flags |= MigrateFlag.tls;
  if (isPaused) flags |= MigrateFlag.paused;
  return flags;
}

const text = (field: string, value: string): TypedParam => ({ field, type: 'string', value });

const AGAIN_MS = 200;

/** A job that has only just begun refuses to be aborted: asked again until it is over. */
async function abortJobOn(
  ending: AbortSignal,
  over: AbortSignal,
  abort: () => Promise<unknown>,
): Promise<void> {
  const either = AbortSignal.any([ending, over]);
  if (!either.aborted) {
    await new Promise<void>((resolve) => either.addEventListener('abort', () => resolve(), { once: true }));
  }
  while (!over.aborted) {
    await abort().catch(() => undefined);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, AGAIN_MS);
      over.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
