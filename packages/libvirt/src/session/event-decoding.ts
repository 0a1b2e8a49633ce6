/** From an event message's procedure number to its row. */
import { type EventName, type LibvirtEvent, events } from '../protocol/events.ts';
import type { Codec } from '../xdr/codecs.ts';
import { decode } from '../xdr/coding.ts';
import type { Frame } from './frames.ts';

/** By program and number. */
const rows = new Map<string, { readonly name: EventName; readonly payload: Codec<unknown> }>();
for (const name of Object.keys(events) as EventName[]) {
  const { program, number, payload } = events[name];
  rows.set(`${program}:${number}`, { name, payload });
}

/** Nothing for a message we have no row for: nobody can have subscribed to it. Throws where a row does not fit. */
export function decodeEvent({ program, procedure, payload }: Frame): LibvirtEvent | undefined {
  const row = rows.get(`${program}:${procedure}`);
  // The row's name and payload are of one event.
  return row && ({ name: row.name, payload: decode(row.payload, payload) } as LibvirtEvent);
}
