/** remote_protocol.x: migration, version 3 with typed parameters, driven by the caller. */
import { int, opaque, uhyper, uint } from '../xdr/codecs.ts';
import { domain, optionalString, params, xml } from './objects.ts';
import { nothing, slow, streaming } from './rows.ts';

/** Opaque to the caller: what one step gives is handed to the next. */
const cookie = opaque(4_194_304);

export const migrationProcedures = {
  domainMigrateBegin3Params: slow(302, { domain, params, flags: uint }, { cookie, xml }),
  domainMigratePrepare3Params: slow(303, { params, cookie, flags: uint }, { cookie, uri: optionalString }),
  domainMigratePrepareTunnel3Params: streaming('upload', {
    number: 304,
    args: { params, cookie, flags: uint },
    reply: { cookie },
  }),
  domainMigratePerform3Params: slow(
    305,
    { domain, destinationUri: optionalString, params, cookie, flags: uint },
    { cookie },
  ),
  domainMigrateFinish3Params: slow(306, { params, cookie, flags: uint, cancelled: int }, { domain, cookie }),
  domainMigrateConfirm3Params: slow(307, { domain, params, cookie, flags: uint, cancelled: int }, nothing),
  domainMigrateSetMaxDowntime: slow(166, { domain, downtimeMs: uhyper, flags: uint }, nothing),
  domainMigrateGetMaxDowntime: slow(387, { domain, flags: uint }, { downtimeMs: uhyper }),
  /** In MiB/s. */
  domainMigrateSetMaxSpeed: slow(207, { domain, bandwidth: uhyper, flags: uint }, nothing),
  domainMigrateStartPostCopy: slow(364, { domain, flags: uint }, nothing),
};
