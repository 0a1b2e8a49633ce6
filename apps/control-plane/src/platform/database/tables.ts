/** Every table that is worth a backup, each after the tables that it refers to. */
import type { Schema } from './schema.ts';

const order = {
  user: 0,
  session: 0,
  api_token: 0,
  host: 0,
  image: 0,
  image_copy: 0,
  network: 0,
  template: 0,
  template_user: 0,
  vm: 0,
  class: 0,
  class_member: 0,
  stale_domain: 0,
  operation: 0,
  event: 0,
  secret: 0,
  setting: 0,
  finding: 0,
  console_ticket: 0,
  watch_link: 0,
} satisfies Record<
  Exclude<keyof Schema, 'control_plane' | 'claim' | 'statistics' | 'live_statistics' | 'viewer'>,
  0
>;

export const tables = Object.keys(order) as readonly (keyof Schema)[];
