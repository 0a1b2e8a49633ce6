import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import {
  Count,
  Description,
  DiskBytes,
  Id,
  MemoryMib,
  Name,
  Nothing,
  Time,
  Vcpus,
  changesOf,
  listQuery,
  nullable,
  object,
  oneOf,
  pageOf,
} from './schemas.ts';

export const Firmware = oneOf(['bios', 'uefi']);
export type Firmware = Static<typeof Firmware>;

const shape = {
  name: Name,
  description: Description,
  vcpus: Vcpus,
  memoryMib: MemoryMib,
  diskBytes: DiskBytes,
  imageId: Id,
  networkId: Id,
  firmware: Firmware,
  visibility: oneOf(['all', 'chosen']),
  /** Who sees it when `visibility` is `chosen`; a member never sees this list. */
  userIds: Type.Array(Id, { maxItems: 1000 }),
};

export const Template = object({
  ...shape,
  id: Id,
  imageName: Name,
  networkName: nullable(Name),
  vmCount: Count,
  createdAt: Time,
});
export type Template = Static<typeof Template>;

const templateId = object({ templateId: Id });

export const templateEndpoints = endpoints({
  templateList: {
    method: 'GET',
    path: '/templates',
    access: 'user',
    tag: 'templates',
    summary: 'List the templates you may use',
    query: listQuery({ imageId: Type.Optional(Id) }, ['name', 'createdAt']),
    reply: pageOf(Template),
  },
  templateCreate: {
    method: 'POST',
    path: '/templates',
    access: 'admin',
    tag: 'templates',
    status: 201,
    summary: 'Make a template',
    body: object({
      ...shape,
      description: Type.Optional(Description),
      networkId: Type.Optional(Id),
      firmware: Type.Optional(Firmware),
      visibility: Type.Optional(oneOf(['all', 'chosen'])),
      userIds: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
    }),
    reply: Template,
  },
  templateGet: {
    method: 'GET',
    path: '/templates/:templateId',
    access: 'user',
    tag: 'templates',
    summary: 'One template',
    params: templateId,
    reply: Template,
  },
  templateUpdate: {
    method: 'PATCH',
    path: '/templates/:templateId',
    access: 'admin',
    tag: 'templates',
    summary: 'Change a template; VMs that exist stay as they are',
    params: templateId,
    body: changesOf(shape),
    reply: Template,
  },
  templateRemove: {
    method: 'DELETE',
    path: '/templates/:templateId',
    access: 'admin',
    tag: 'templates',
    status: 204,
    summary: 'Remove a template; VMs that exist stay',
    params: templateId,
    reply: Nothing,
  },
});
