import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { Problem } from './errors.ts';
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

/**
 * `ready`: VMs there may rest on it. `changed`: it was ready, and its file is another now: no new VMs rest on it.
 * `failed`: there is no such file, and the next VM or prefetch makes it anew.
 */
export const ImageCopyState = oneOf(['copying', 'ready', 'changed', 'failed', 'removing']);
export type ImageCopyState = Static<typeof ImageCopyState>;

/** An image on a server other than the one it is registered on. */
export const ImageCopy = object({
  hostId: Id,
  hostName: Name,
  state: ImageCopyState,
  /** null while it is not known yet. */
  path: nullable(Type.String()),
  /** Storage that several servers have in common: nothing was copied, and nothing will be deleted there. */
  isShared: Type.Boolean(),
  /** VMs there that were made from the image: while there are any, the copy stays. */
  vmCount: Count,
  /** Why it is `changed` or `failed`. */
  problem: nullable(Problem),
  /** The operation that made or is making it, or removes it. */
  operationId: nullable(Id),
  createdAt: Time,
  lastUsedAt: Time,
});
export type ImageCopy = Static<typeof ImageCopy>;

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
  /** Sorted by the servers' names. */
  copies: Type.Array(ImageCopy),
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

/** `null`: it is there already. */
const Prefetched = object({ hostId: Id, hostName: Name, operationId: nullable(Id) });

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
    summary:
      'Forget an image and delete its copies; the registered file stays. Refused while a template or a VM’s disk rests on it',
    params: imageId,
    reply: Nothing,
  },
  imagePrefetch: {
    method: 'POST',
    path: '/images/:imageId/copies',
    access: 'admin',
    tag: 'images',
    status: 202,
    summary: 'Copy an image to these servers now, before VMs there need it; all, or none',
    params: imageId,
    body: object({ hostIds: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }) }),
    reply: object({ items: Type.Array(Prefetched) }),
  },
  imageCopyRemove: {
    method: 'DELETE',
    path: '/images/:imageId/copies/:hostId',
    access: 'admin',
    tag: 'images',
    status: 202,
    summary: 'Delete an image’s copy on a server, or stop making it. Refused while a VM there rests on it',
    params: object({ imageId: Id, hostId: Id }),
    reply: Accepted,
  },
});
