/**
 * What a step does to the world, it may do only as long as its claim holds. It may find out late that it does not: the
 * process was stopped for a while, and somebody else has taken its work over. So the step's permit goes along with
 * everything that it calls, and whoever sends something to a host asks it just before.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Throws when it is over. */
export type Permit = () => void;

const permits = new AsyncLocalStorage<Permit | undefined>();

export const actingUnder = <T>(permit: Permit, work: () => T): T => permits.run(permit, work);

/** For what outlives the step that begins it. */
export const actingFreely = <T>(work: () => T): T => permits.run(undefined, work);

/** undefined: nobody has restricted what is done here. */
export const currentPermit = (): Permit | undefined => permits.getStore();
