import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import {
  Accepted,
  Bytes,
  Count,
  Description,
  Id,
  Name,
  Nothing,
  Time,
  changesOf,
  listQuery,
  nullable,
  object,
  oneOf,
  pageOf,
} from './schemas.ts';

export const ImageFormat = oneOf(['raw', 'qcow2', 'iso']);
export type ImageFormat = Static<typeof ImageFormat>;

/** `hashing`: usable, its sha256 is being computed. `changed`, `missing`: the file is not what was registered: no new VMs. */
export const ImageState = oneOf(['hashing', 'ready', 'changed', 'missing']);
export type ImageState = Static<typeof ImageState>;

export const Image = object({
  id: Id,
  name: Name,
  description: Description,
  hostId: Id,
  hostName: Name,
  path: Type.String(),
  format: ImageFormat,
  state: ImageState,
  sizeBytes: Bytes,
  virtualSizeBytes: Bytes,
  sha256: nullable(Type.String()),
  templateCount: Count,
  vmCount: Count,
  createdAt: Time,
});
export type Image = Static<typeof Image>;

/** Absolute, no `.` or `..` parts, no control characters. */
export const ImagePath = Type.String({
  minLength: 2,
  maxLength: 1000,
  pattern: '^(?!.*/\\.{1,2}(/|$))/[^\\u0000-\\u001f\\u007f]*[^/\\u0000-\\u001f\\u007f]$',
});

const imageId = object({ imageId: Id });

export const imageEndpoints = endpoints({
  imageList: {
    method: 'GET',
    path: '/images',
    access: 'admin',
    tag: 'images',
    summary: 'List images',
    query: listQuery({}, ['name', 'sizeBytes', 'createdAt']),
    reply: pageOf(Image),
  },
  imageRegister: {
    method: 'POST',
    path: '/images',
    access: 'admin',
    tag: 'images',
    status: 202,
    summary: 'Register a disk file on a server as an image: nothing is copied or changed',
    /** `format`: what it is expected to be; refused if its content says otherwise. `hostId`: the only server, if there is one. */
    body: object({
      name: Name,
      path: ImagePath,
      hostId: Type.Optional(Id),
      description: Type.Optional(Description),
      format: Type.Optional(ImageFormat),
    }),
    reply: Accepted,
  },
  imageGet: {
    method: 'GET',
    path: '/images/:imageId',
    access: 'admin',
    tag: 'images',
    summary: 'One image',
    params: imageId,
    reply: Image,
  },
  imageUpdate: {
    method: 'PATCH',
    path: '/images/:imageId',
    access: 'admin',
    tag: 'images',
    summary: 'Rename or describe an image',
    params: imageId,
    body: changesOf({ name: Name, description: Description }),
    reply: Image,
  },
  imageRemove: {
    method: 'DELETE',
    path: '/images/:imageId',
    access: 'admin',
    tag: 'images',
    status: 204,
    summary: 'Forget an image; the file stays. Refused while a template or a VM’s disk rests on it',
    params: imageId,
    reply: Nothing,
  },
});
