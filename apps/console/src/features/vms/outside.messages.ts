import { catalog } from '../../app/i18n.ts';

export const outsideMessages = catalog(
  {
    differs: 'It differs from LouCloud’s record',
    differsHint:
      'Somebody changed it outside LouCloud. Nothing is done about it until you say so: the quota counts what is recorded.',
    what: 'What',
    recorded: 'Recorded',
    found: 'On the server',
    nothing: 'nothing',
    gone: 'gone',
    acceptHint: 'The record follows the server, and the quota has to have room for what grew.',
    revertHint: 'The server is set as it is recorded; vCPUs and memory only while the VM is stopped.',
    restHint:
      'What no button settles goes away when it is undone on the server, or when the guest starts anew.',
    missing: 'This VM is no longer on its server',
    missingText:
      'Somebody removed it outside LouCloud. “Define again” makes it anew from the record, over its disk if that is still there.',
    labelText:
      'It is still on its server, but without LouCloud’s metadata, so LouCloud does not touch it. “Define again” puts the metadata back and changes nothing else.',
    forgetText:
      'The record of {name} is removed and its share of the quota is free again. Nothing on the server is removed; what is there is listed under Leftovers.',
    forgetAdopted:
      'LouCloud no longer manages {name}; its share of the quota is free again. The machine goes on as it is, and can be adopted again from its server’s page.',
    forgetTitle: 'Remove the record of {name}?',
    forgetConfirm: 'Forget {name}',
    forgotten: 'LouCloud no longer manages {name}',
    adopted: 'Adopted',
    adoptedHint: 'LouCloud did not make this machine. What it cannot do for it:',
    adoptedWhole: 'LouCloud did not make this machine, but can do everything for it.',
    disks: 'Its disks',
    deleteAdopted:
      'The machine is removed from its server for good. LouCloud did not make its disks, so their files stay.',
    deleteFiles: 'Delete the files of its disks too',
    deleteFilesHint: 'For good. Only files in a storage pool that runs are found.',
  },
  {
    differs: '与 LouCloud 的记录不同',
    differsHint: '有人在 LouCloud 之外改动了它。在您决定之前不会做任何处理，配额按记录计算。',
    what: '项目',
    recorded: '记录',
    found: '服务器上',
    nothing: '无',
    gone: '已丢失',
    acceptHint: '记录改为与服务器一致，增加的部分须在配额之内。',
    revertHint: '把服务器上的虚拟机改回记录的样子，vCPU 和内存须在关机后恢复。',
    restHint: '这里无法处理的差异，须在服务器上改回，或在虚拟机重新启动后消失。',
    missing: '服务器上已找不到该虚拟机',
    missingText: '有人在 LouCloud 之外移除了它。“重新定义”会按记录重建，磁盘还在时沿用原磁盘。',
    labelText:
      '它仍在服务器上，但 LouCloud 标识已被移除，因此 LouCloud 不会碰它。“重新定义”会写回标识，不改动其他内容。',
    forgetText: '{name} 的记录将被移除，并释放配额。服务器上的内容不会改动，可在“遗留物”中查看。',
    forgetAdopted: 'LouCloud 将不再管理 {name}，并释放配额。虚拟机保持原样，可在服务器页面重新接管。',
    forgetTitle: '确定移除 {name} 的记录？',
    forgetConfirm: '移除 {name} 的记录',
    forgotten: 'LouCloud 不再管理 {name}',
    adopted: '被接管',
    adoptedHint: '该虚拟机不是由 LouCloud 创建的，以下方面受限：',
    adoptedWhole: '该虚拟机不是由 LouCloud 创建的，但所有功能均可使用。',
    disks: '磁盘',
    deleteAdopted: '虚拟机将从服务器上永久移除。磁盘不是由 LouCloud 创建的，因此文件会保留。',
    deleteFiles: '同时删除磁盘文件',
    deleteFilesHint: '无法恢复。只能找到位于已启动的存储池中的文件。',
  },
);
