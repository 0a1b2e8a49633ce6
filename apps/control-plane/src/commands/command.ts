import type { Logger } from 'pino';
import type { FastifyInstance } from 'fastify';
import type { User } from '@loucloud/api';

/** What a command is given to work with; main.ts hands it in. */
export interface CommandContext {
  readonly controlPlane: {
    readonly app: FastifyInstance;
    /** Where browsers find it. */
    readonly url: string;
    readonly users: {
      findAdmin(): Promise<{ readonly name: string } | null>;
      createAdmin(admin: { name: string; displayName: string; password: string }): Promise<User>;
      resetAdminPassword(password: string): Promise<User>;
    };
    readonly settings: {
      isInitialised(): Promise<boolean>;
      markInitialised(): Promise<void>;
    };
    start(): Promise<void>;
    close(): Promise<void>;
  };
  readonly log: Logger;
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What a fresh set-up begins with beside the admin. Safe to repeat. */
  readonly firstHost: () => Promise<void>;
}
