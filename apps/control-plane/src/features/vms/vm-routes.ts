import type { ConsoleTicket, hostEndpoints, vmEndpoints } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Handlers } from '../../platform/http/serve.ts';
import type { VmBinService } from './vm-bin-service.ts';
import type { VmOutsideService } from './vm-outside-service.ts';
import type { VmMigrations } from './vm-migration-service.ts';
import type { VmsElsewhere } from './vm-elsewhere-service.ts';
import type { Verb, VmService } from './vm-service.ts';

/** Tickets to a VM's screen and serial line: the desktops feature's. */
export interface ConsoleTickets {
  issue(
    kind: 'desktop' | 'serial',
    vmId: string,
    caller: Caller,
    isViewOnly?: boolean,
  ): Promise<ConsoleTicket>;
}

type Outside = 'foreignDomainGet' | 'foreignDomainAdopt';

export function vmRoutes(
  vms: VmService,
  bin: VmBinService,
  outside: VmOutsideService,
  migrations: VmMigrations,
  elsewhere: VmsElsewhere,
  tickets: ConsoleTickets,
): Handlers<typeof vmEndpoints> & Pick<Handlers<typeof hostEndpoints>, Outside> {
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
    vmUndelete: ({ params, body }, caller) => bin.undelete(params.vmId, body, caller),
    vmPurge: async ({ params }, caller) => ({ operationId: await bin.purge(params.vmId, caller) }),
    vmProtect: ({ params, body }, caller) => bin.protect(params.vmId, body.isProtected, caller),
    vmStart: act('start'),
    vmShutdown: act('shutdown'),
    vmPowerOff: act('powerOff'),
    vmReboot: act('reboot'),
    vmReset: act('reset'),
    vmRemake: act('remake'),
    vmSuspend: act('suspend'),
    vmResume: act('resume'),
    vmSave: act('save'),
    vmRestore: act('restore'),
    vmDumpCore: act('dumpCore'),
    vmAcceptDifferences: async ({ params }, caller) => ({
      operationId: await outside.accept(params.vmId, caller),
    }),
    vmRevertDifferences: async ({ params }, caller) => ({
      operationId: await outside.revert(params.vmId, caller),
    }),
    vmDefineAgain: async ({ params }, caller) => ({
      operationId: await outside.defineAgain(params.vmId, caller),
    }),
    vmForget: async ({ params }, caller) => ({ operationId: await outside.forget(params.vmId, caller) }),
    vmDeleteWithFiles: async ({ params }, caller) => ({
      operationId: await outside.deleteWithFiles(params.vmId, caller),
    }),
    foreignDomainGet: ({ params }) => outside.describe(params.hostId, params.domainId),
    foreignDomainAdopt: async (request, caller) => ({ operationId: await outside.adopt(request, caller) }),
    vmMigrate: async ({ params, body }, caller) => ({
      operationId: await migrations.migrate(params.vmId, body.hostId ?? null, caller),
    }),
    vmMigrationTargets: ({ params }, caller) => migrations.targets(params.vmId, caller),
    vmStartElsewhere: async (request, caller) => ({ operationId: await elsewhere.start(request, caller) }),
    vmStartElsewhereTargets: ({ params }, caller) => elsewhere.targets(params.vmId, caller),
    vmXml: async ({ params }, caller) => ({ xml: await vms.xml(params.vmId, caller) }),
    vmDesktop: ({ params, query }, caller) => tickets.issue('desktop', params.vmId, caller, query.isViewOnly),
    vmSerialConsole: ({ params }, caller) => tickets.issue('serial', params.vmId, caller),
  };
}
