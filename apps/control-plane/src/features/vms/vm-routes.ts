import type { ConsoleTicket, vmEndpoints } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Handlers } from '../../platform/http/serve.ts';
import type { Verb, VmService } from './vm-service.ts';

/** Tickets to a VM's screen and serial line: the desktops feature's. */
export interface ConsoleTickets {
  issue(kind: 'desktop' | 'serial', vmId: string, caller: Caller): Promise<ConsoleTicket>;
}

export function vmRoutes(vms: VmService, tickets: ConsoleTickets): Handlers<typeof vmEndpoints> {
  const act =
    (verb: Verb) =>
    async ({ params }: { params: { vmId: string } }, caller: Caller) => ({
      operationId: await vms.act(verb, params.vmId, caller),
    });
  return {
    vmList: ({ query }, caller) => vms.list(query, caller),
    vmCreate: ({ body }, caller) => vms.create(body, caller),
    vmGet: ({ params }, caller) => vms.get(params.vmId, caller),
    vmUpdate: async ({ params, body }, caller) => ({
      operationId: await vms.update(params.vmId, body, caller),
    }),
    vmDelete: async ({ params }, caller) => ({ operationId: await vms.remove(params.vmId, caller) }),
    vmStart: act('start'),
    vmShutdown: act('shutdown'),
    vmPowerOff: act('powerOff'),
    vmReboot: act('reboot'),
    vmReset: act('reset'),
    vmSuspend: act('suspend'),
    vmResume: act('resume'),
    vmSave: act('save'),
    vmRestore: act('restore'),
    vmDumpCore: act('dumpCore'),
    vmXml: async ({ params }, caller) => ({ xml: await vms.xml(params.vmId, caller) }),
    vmDesktop: ({ params }, caller) => tickets.issue('desktop', params.vmId, caller),
    vmSerialConsole: ({ params }, caller) => tickets.issue('serial', params.vmId, caller),
  };
}
