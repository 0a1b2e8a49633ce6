/** Finds the host for a new VM, and reserves what the VM takes there. */
import type { Placement } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import { type HostAmounts, reservationStore } from '../../platform/reservations/reservation-store.ts';
import { candidateStore } from './candidate-store.ts';
import type { ImagesOnHosts } from './images-on-hosts.ts';
import { keptCandidates } from './kept-candidates.ts';
import { type Ranking, type Refusal, placementOf, rank } from './placement.ts';
import { RecentCandidates } from './recent-candidates.ts';
import type { Recipe } from './recipe-store.ts';

interface Wanted {
  readonly recipe: Recipe;
  readonly isStarting: boolean;
  readonly caller: Caller;
}

interface Place {
  readonly hostId: string;
  readonly placement: Placement;
}

/** So many of the hosts that seemed to be best a moment ago are tried, before all are looked at anew. */
const RECENT_MAX = 3;

export function placeReservation({ database, images }: { database: Database; images: ImagesOnHosts }) {
  const candidatesIn = keptCandidates(database);
  const recent = database.adapter.changes === null ? new RecentCandidates() : null;

  async function reserve(tx: Tx, wanted: Wanted): Promise<Place> {
    const { recipe, isStarting, caller } = wanted;
    const place = recent && (await reserveRecent(tx, recent, wanted));
    if (place) return place;
    const ranking = rank({ ...recipe, isStarting }, await candidatesIn(tx, recipe));
    const refusals: Refusal[] = [...ranking.refusals];
    for (const [index, choice] of ranking.choices.entries()) {
      const reason = await reserveOn(tx, choice.host.id, wanted);
      if (reason === null) return placeOf({ choices: ranking.choices.slice(index), refusals });
      refusals.push({ name: choice.host.name, reason, details: {} });
    }
    throw refusedEverywhere(refusals, caller);
  }

  /** null: none of those is it. Each is looked at as it is now. */
  async function reserveRecent(tx: Tx, hosts: RecentCandidates, wanted: Wanted): Promise<Place | null> {
    const { recipe, isStarting } = wanted;
    const wish = { ...recipe, isStarting };
    const { choices, refusals } = rank(wish, await hosts.forImage(tx, recipe));
    for (const [index, { host }] of choices.slice(0, RECENT_MAX).entries()) {
      hosts.take(host.id, amountsOf(wanted));
      const isFitting = rank(wish, await candidateStore.all(tx.sql, recipe, host.id)).choices.length > 0;
      if (isFitting && (await reserveOn(tx, host.id, wanted)) === null)
        return placeOf({ choices: choices.slice(index), refusals });
    }
    return null;
  }

  /** null: the VM has its place there, and its image will be there. */
  async function reserveOn(
    tx: Tx,
    hostId: string,
    wanted: Wanted,
  ): Promise<'just_taken' | 'image_changed' | null> {
    const amounts = amountsOf(wanted);
    if (!(await reservationStore.reserveHost(tx, hostId, amounts))) return 'just_taken';
    const claim = await images.claim(tx, { imageId: wanted.recipe.imageId, hostId }, wanted.caller);
    if (claim === 'claimed') return null;
    const { vcpus, memoryMib, diskBytes } = amounts;
    const back = { vcpus: -vcpus, memoryMib: -memoryMib, diskBytes: -diskBytes };
    await reservationStore.recordHost(tx, hostId, back);
    return claim === 'no_room' ? 'just_taken' : 'image_changed';
  }

  return reserve;
}

/** vCPUs and memory only when it is to start. */
const amountsOf = ({ recipe, isStarting }: Wanted): HostAmounts => ({
  diskBytes: recipe.diskBytes,
  vcpus: isStarting ? recipe.vcpus : 0,
  memoryMib: isStarting ? recipe.memoryMib : 0,
});

/** The first of them. */
function placeOf(left: Ranking): Place {
  const [choice] = left.choices;
  if (!choice) throw new Error('no choice is left');
  return { hostId: choice.host.id, placement: placementOf(choice, left) };
}

/** Which server has what in the way is for the admin, who can do something about it. */
function refusedEverywhere(refusals: readonly Refusal[], caller: Caller): UserError {
  const isDiskAlone = refusals.length > 0 && refusals.every(({ reason }) => reason === 'too_little_disk');
  const reasons = refusals.map(({ name, reason }) => `${reason} ${name}`);
  return new UserError(
    isDiskAlone ? 'pool_full' : 'no_capacity',
    caller.isAdmin ? { refusals: reasons } : {},
  );
}
