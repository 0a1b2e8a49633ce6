/** Every bench, in the order they are run. */
import { accept } from './accept.ts';
import { batch } from './batch.ts';
import type { Bench } from './bench.ts';
import { console10k } from './console.ts';
import { converge } from './converge.ts';
import { create } from './create.ts';
import { desktop } from './desktop.ts';
import { event } from './event.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { image } from './image.ts';
import { libvirt } from './libvirt.ts';
import { lifecycle } from './lifecycle.ts';
import { list } from './list.ts';
import { page } from './page.ts';
import { restart } from './restart.ts';

export const benches: readonly Bench[] = [
  create,
  batch,
  lifecycle,
  event,
  desktop,
  idle,
  page,
  console10k,
  libvirt,
  image,
  list,
  accept,
  converge,
  restart,
  growth,
];
