/** The control plane's own table of operations: what is registered there is what has to be covered. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationType } from '@loucloud/api';
import { createControlPlane } from '../../apps/control-plane/src/control-plane.ts';
import { libvirtHypervisor } from '../../apps/control-plane/src/drivers/libvirt/hypervisor.ts';
import { readConfig } from '../../apps/control-plane/src/platform/config.ts';
import { prepareDataFolder } from '../../apps/control-plane/src/platform/data-folder.ts';
import { openDatabase } from '../../apps/control-plane/src/platform/database/database.ts';
import { createLog } from '../../apps/control-plane/src/platform/log.ts';

export interface TableRow {
  readonly type: OperationType;
  readonly onRestart: 'resume' | 'undo';
  readonly steps: readonly { readonly name: string; readonly hasUndo: boolean }[];
}

export async function operationTable(): Promise<TableRow[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loucloud-table-'));
  const config = readConfig({ LOUCLOUD_DATA_DIR: dataDir });
  await prepareDataFolder(config);
  const controlPlane = await createControlPlane({
    config,
    log: createLog('silent'),
    database: await openDatabase('sqlite::memory:'),
    hypervisor: libvirtHypervisor({ probeGuest: new Uint8Array(512), onError: () => undefined }),
    version: '0.0.0',
  });
  const rows = controlPlane.engine.types.map(({ type, onRestart, steps }) => ({
    type,
    onRestart,
    steps: steps.map((step) => ({ name: step.name, hasUndo: 'undo' in step })),
  }));
  await controlPlane.close();
  await rm(dataDir, { recursive: true, force: true });
  return rows;
}
