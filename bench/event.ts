/**
 * From a change of state in libvirt to the message about it in a page's event stream: a VM is paused and resumed behind
 * LouCloud's back. The clock starts when libvirt's own event reaches a listener of ours beside LouCloud, which is when
 * LouCloud can know of it at the earliest.
 */
import { World, createVm } from '../e2e/world.ts';
import { type Bench, percentileFigure } from './bench.ts';
import { EventStream } from './event-stream.ts';
import { RawVms, recipeOf } from './raw-vms.ts';
import { smallTemplate } from './small-guest.ts';

const PAUSE_MS = 20;

export const event: Bench = {
  name: 'event',
  what: 'a change of state in libvirt → the message in a page’s event stream',
  target: { p50: { atMost: 20 }, p95: { atMost: 100 } },
  async run(size) {
    await using world = await World.open();
    const admin = await world.login();
    const template = await smallTemplate(admin, 'idle');
    const raw = await RawVms.open(await recipeOf(admin, template));
    const vm = await createVm(admin.call, 'watched', template.id);
    const stream = await EventStream.open(admin);
    const fromEvent: number[] = [];
    const fromCall: number[] = [];
    for (let turn = -size.of(20, 6, 0); turn < size.of(500, 100, 5); turn++) {
      const told = raw.nextLifecycleEvent(vm.id);
      const heard = stream.next(({ type, objectId }) => type === 'vm.stateChanged' && objectId === vm.id);
      const calledAt = performance.now();
      await (turn % 2 === 0 ? raw.suspend(vm.id) : raw.resume(vm.id));
      const [toldAt, heardAt] = await Promise.all([told, heard]);
      if (turn >= 0) {
        fromEvent.push(heardAt - toldAt);
        fromCall.push(heardAt - calledAt);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    stream.close();
    await raw.close();
    return {
      p50: percentileFigure(fromEvent, 50, 'ms'),
      p95: percentileFigure(fromEvent, 95, 'ms'),
      p99: percentileFigure(fromEvent, 99, 'ms'),
      fromCallP50: percentileFigure(fromCall, 50, 'ms'),
      fromCallP95: percentileFigure(fromCall, 95, 'ms'),
    };
  },
};
