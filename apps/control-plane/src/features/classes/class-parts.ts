/** What classes ask of the other nouns: handed in by wiring/. */
import type { ClassVerb, ConsoleTicket, Problem, Screenshot } from '@loucloud/api';
import type { Actor, Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';

type Sql = Db | Tx['sql'];

export interface KnownUser {
  readonly id: string;
  readonly displayName: string;
  readonly role: 'admin' | 'member';
  readonly isDisabled: boolean;
}

export interface NewUser {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  readonly passwordHash: string;
}

export interface UsersOfClass {
  /** Those that are known, by name. */
  find(sql: Sql, names: readonly string[]): Promise<ReadonlyMap<string, KnownUser>>;
  prepare(
    wanted: readonly { name: string; displayName: string | null; password: string | null }[],
  ): Promise<NewUser[]>;
  insert(tx: Tx, users: readonly NewUser[], actor: Actor): Promise<string[]>;
}

export interface VmsOfClass {
  plan(
    sql: Db,
    wish: {
      readonly templateId: string;
      readonly start: boolean;
      readonly ownerIds: readonly (string | null)[];
    },
  ): Promise<(Problem | null)[]>;
  create(
    tx: Tx,
    vm: { classId: string; name: string; templateId: string; ownerId: string; start: boolean },
    actor: Actor,
  ): Promise<{ readonly vmId: string; readonly operationId: string }>;
  act(tx: Tx, verb: ClassVerb, vmId: string, actor: Actor): Promise<string | null>;
  remove(vmId: string, actor: Actor): Promise<string>;
  hasBin(): Promise<boolean>;
}

export interface ImagesOfClass {
  /** Begins to bring it there; the operation's id, or null: it is there. Throws what is in the way. */
  bring(imageId: string, hostId: string, caller: Caller): Promise<string | null>;
}

/** Whoever's VM it is: that the caller may look has been seen to. */
export interface ScreensOfClass {
  /** To look at it live; nothing that the viewer sends reaches the VM. */
  ticket(vmId: string, caller: Caller): Promise<ConsoleTicket>;
  picture(vmId: string, caller: Caller): Promise<Screenshot>;
}
