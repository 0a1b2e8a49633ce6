import type { classEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { ClassService } from './class-service.ts';
import type { ClassVms } from './class-vms-service.ts';

export const classRoutes = (classes: ClassService, vms: ClassVms): Handlers<typeof classEndpoints> => ({
  classList: ({ query }, caller) => classes.list(query, caller),
  classPlan: ({ body }) => classes.plan(body),
  classCreate: ({ body }, caller) => classes.create(body, caller),
  classGet: ({ params }, caller) => classes.get(params.classId, caller),
  classUpdate: ({ params, body }, caller) => classes.update(params.classId, body, caller),
  classRemove: async ({ params, query }, caller) => ({
    items: await vms.remove(params.classId, query.deleteVms ?? false, caller),
  }),
  classMemberList: async ({ params }, caller) => ({ items: await classes.members(params.classId, caller) }),
  classMembersAdd: async ({ params, body }, caller) => ({
    newUsers: await classes.addMembers(params.classId, body.members, caller),
  }),
  async classMemberRemove({ params }, caller) {
    await classes.removeMember(params.classId, params.userId, caller);
    return {};
  },
  classVmsCreate: async ({ params, body }, caller) => ({
    items: await vms.create(params.classId, body, caller),
  }),
  classPrefetch: async ({ params }, caller) => ({ items: await vms.prefetch(params.classId, caller) }),
  classAct: async ({ params, body }, caller) => ({
    operationId: await vms.act(params.classId, body, caller),
  }),
  classVmDesktop: ({ params }, caller) => vms.desktop(params.classId, params.userId, caller),
  classVmScreenshot: ({ params }, caller) => vms.screenshot(params.classId, params.userId, caller),
});
