import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import {
  Count,
  Description,
  Id,
  Name,
  Nothing,
  Time,
  changesOf,
  listQuery,
  object,
  oneOf,
  pageOf,
} from './schemas.ts';

/** A libvirt network or a bridge, by the name that the servers know it by. */
const shape = {
  name: Name,
  description: Description,
  kind: oneOf(['libvirt', 'bridge']),
  source: Type.String({ minLength: 1, maxLength: 63, pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]*$' }),
};
export const Network = object({
  ...shape,
  id: Id,
  isDefault: Type.Boolean(),
  vmCount: Count,
  templateCount: Count,
  /** Servers where it was seen active when they were last read. */
  hostIds: Type.Array(Id),
  createdAt: Time,
});
export type Network = Static<typeof Network>;

const networkId = object({ networkId: Id });

export const networkEndpoints = endpoints({
  networkList: {
    method: 'GET',
    path: '/networks',
    access: 'admin',
    tag: 'networks',
    summary: 'List networks',
    query: listQuery({}, ['name', 'createdAt']),
    reply: pageOf(Network),
  },
  networkCreate: {
    method: 'POST',
    path: '/networks',
    access: 'admin',
    tag: 'networks',
    status: 201,
    summary: 'Register a libvirt network or a bridge that servers have',
    body: object({ ...shape, description: Type.Optional(Description) }),
    reply: Network,
  },
  networkGet: {
    method: 'GET',
    path: '/networks/:networkId',
    access: 'admin',
    tag: 'networks',
    summary: 'One network',
    params: networkId,
    reply: Network,
  },
  networkUpdate: {
    method: 'PATCH',
    path: '/networks/:networkId',
    access: 'admin',
    tag: 'networks',
    summary: 'Rename or describe a network',
    params: networkId,
    body: changesOf({ name: Name, description: Description }),
    reply: Network,
  },
  networkRemove: {
    method: 'DELETE',
    path: '/networks/:networkId',
    access: 'admin',
    tag: 'networks',
    status: 204,
    summary: 'Forget a network; refused while VMs or templates use it',
    params: networkId,
    reply: Nothing,
  },
});
