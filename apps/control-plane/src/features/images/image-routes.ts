import type { imageEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { ImageCopies } from './image-copies.ts';
import type { ImageService } from './image-service.ts';

export const imageRoutes = (images: ImageService, copies: ImageCopies): Handlers<typeof imageEndpoints> => ({
  imageList: ({ query }) => images.list(query),
  imageRegister: async ({ body }, caller) => ({ operationId: await images.register(body, caller) }),
  imageGet: ({ params }) => images.get(params.imageId),
  imageUpdate: ({ params, body }, caller) => images.update(params.imageId, body, caller),
  async imageRemove({ params }, caller) {
    await images.remove(params.imageId, caller);
    return {};
  },
  imagePrefetch: ({ params, body }, caller) => copies.prefetch(params.imageId, body.hostIds, caller),
  imageCopyRemove: async ({ params }, caller) => ({ operationId: await copies.remove(params, caller) }),
});
