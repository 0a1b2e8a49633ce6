/** Pages as JSON. An item that is frozen is the same whenever it is answered again: its JSON is made once. */
import type { Endpoint, Page } from '@loucloud/api';
import type { FastifyReply } from 'fastify';
import { forCaller } from './for-caller.ts';

type Json = Record<string, unknown>;

/** By what their readers may know. In UTF-8 with a comma before: joined, they are what is sent. */
const texts = { admin: new WeakMap<Json, Buffer>(), others: new WeakMap<Json, Buffer>() };

const BEGIN = Buffer.from('{"items":[');
const NOTHING = Buffer.alloc(0);

/** What an item may hold; null: the endpoint does not answer pages. */
export function pageItemOf({ reply }: Endpoint): Json | null {
  const { properties } = (reply ?? {}) as { properties?: { items?: { items?: Json }; nextCursor?: Json } };
  return (properties?.nextCursor && properties.items?.items) ?? null;
}

export function pageText({ items, nextCursor, total }: Page<Json>, item: Json, reply: FastifyReply): Buffer {
  const serialize = reply.compileSerializationSchema(item);
  const { caller } = reply.request;
  const known = caller?.isAdmin ? texts.admin : texts.others;
  const textOf = (one: Json): Buffer => {
    const text = known.get(one) ?? Buffer.from(`,${serialize(forCaller(one, caller))}`);
    if (Object.isFrozen(one)) known.set(one, text);
    return text;
  };
  const end = `],"nextCursor":${JSON.stringify(nextCursor)},"total":${total}}`;
  const [first = NOTHING, ...others] = items.map(textOf);
  return Buffer.concat([BEGIN, first.subarray(1), ...others, Buffer.from(end)]);
}
