/** What a VM can be asked, and how each verb looks. */
import type { EndpointName, Vm, VmAction } from '@loucloud/api';
import {
  IconArrowBackUp,
  IconClipboardCheck,
  IconArrowsExchange,
  IconCode,
  IconCursorText,
  IconDeviceDesktop,
  IconDeviceFloppy,
  IconDatabaseExport,
  IconFileCheck,
  IconLifebuoy,
  IconLock,
  IconPlayerPause,
  IconPlayerPlay,
  IconPower,
  IconPlug,
  IconRefresh,
  IconRestore,
  IconRotateClockwise,
  IconRuler2,
  IconTerminal2,
  IconTrash,
  IconTrashX,
  IconUnlink,
} from '@tabler/icons-react';
import { call } from '../../app/api.ts';

/** The verbs that take nothing but the VM. */
export const verbs = {
  start: 'vmStart',
  shutdown: 'vmShutdown',
  powerOff: 'vmPowerOff',
  reboot: 'vmReboot',
  reset: 'vmReset',
  remake: 'vmRemake',
  suspend: 'vmSuspend',
  resume: 'vmResume',
  save: 'vmSave',
  restore: 'vmRestore',
  dumpCore: 'vmDumpCore',
  delete: 'vmDelete',
  purge: 'vmPurge',
  acceptDifferences: 'vmAcceptDifferences',
  revertDifferences: 'vmRevertDifferences',
  defineAgain: 'vmDefineAgain',
  forget: 'vmForget',
} as const satisfies Partial<Record<VmAction, EndpointName>>;
export type Verb = keyof typeof verbs;

export const runVerb = (verb: Verb, vmId: string) => call(verbs[verb], { params: { vmId } });

/** Asked about first, or needing more than a click. */
const withDialog = [
  'powerOff',
  'reset',
  'remake',
  'dumpCore',
  'delete',
  'purge',
  'undelete',
  'protect',
  'forget',
  'rename',
  'resize',
  'showXml',
  'migrate',
  'startElsewhere',
] as const satisfies VmAction[];
export type DialogAction = (typeof withDialog)[number];
export const needsDialog = (action: VmAction): action is DialogAction =>
  (withDialog as readonly VmAction[]).includes(action);

export const actionIcons = {
  start: IconPlayerPlay,
  shutdown: IconPower,
  powerOff: IconPlug,
  reboot: IconRefresh,
  reset: IconRotateClockwise,
  remake: IconRestore,
  suspend: IconPlayerPause,
  resume: IconPlayerPlay,
  save: IconDeviceFloppy,
  restore: IconPlayerPlay,
  dumpCore: IconDatabaseExport,
  migrate: IconArrowsExchange,
  startElsewhere: IconLifebuoy,
  rename: IconCursorText,
  resize: IconRuler2,
  showXml: IconCode,
  openDesktop: IconDeviceDesktop,
  openSerialConsole: IconTerminal2,
  acceptDifferences: IconClipboardCheck,
  revertDifferences: IconArrowBackUp,
  defineAgain: IconFileCheck,
  forget: IconUnlink,
  protect: IconLock,
  delete: IconTrash,
  undelete: IconArrowBackUp,
  purge: IconTrashX,
} as const satisfies Record<VmAction, unknown>;

/** What one most likely wants to do next stands out; the rest is in the menu. */
export function mainActions({ state, deletion }: Pick<Vm, 'state' | 'deletion'>): readonly VmAction[] {
  if (deletion) return ['undelete', 'purge'];
  if (state === 'running') return ['openDesktop', 'openSerialConsole', 'shutdown'];
  if (state === 'paused') return ['resume', 'openDesktop'];
  if (state === 'saved') return ['restore'];
  if (state === 'missing') return ['defineAgain'];
  if (state === 'unknown') return [];
  return ['start'];
}
