/** Every bench, in the order they are run. */
import type { Bench } from './bench.ts';
import { create } from './create.ts';
import { idle } from './idle.ts';
import { image } from './image.ts';
import { libvirt } from './libvirt.ts';
import { page } from './page.ts';

export const benches: readonly Bench[] = [create, idle, page, libvirt, image];
