/** Every way the API can refuse, as a sentence a person can act on. Slots are the error's details. */
import type { ErrorCode } from '@loucloud/api';
import { catalog } from '../app/i18n.ts';

type Sentences = Record<ErrorCode | 'unreachable', string>;

export const errorMessages = catalog(
  {
    unreachable: 'LouCloud cannot be reached. Check the network; this page tries again by itself.',
    invalid_request: 'Something in the form is not right. Check the marked fields.',
    unauthenticated: 'Your session has ended. Log in again.',
    bad_credentials: 'The name or the password is wrong. Check both, and try again.',
    wrong_password: 'The current password is wrong. Type it again.',
    forbidden: 'You may not do this. Ask the administrator.',
    wrong_origin:
      'The request came from another address than LouCloud’s own. Open LouCloud at its configured address.',
    not_found: 'It does not exist, or no longer. Go back, and look for it in its list.',
    name_taken: 'The name {name} is taken. Choose another.',
    wrong_state:
      'This is not possible in the current state. Look at the state, and try again when it has changed.',
    operation_in_progress: 'Another operation is still running on it. Wait until it has finished.',
    not_the_admin: 'The administrator’s account cannot be changed in this way. Use “My account” instead.',
    last_network: 'This network is the default. Choose another default network in the settings first.',
    user_has_vms: 'The user still has VMs. Transfer them to another user, or delete them.',
    host_has_vms:
      'The server still has VMs: {vms}. In the recycle bin: {recycled}. Move or purge them first.',
    host_already_added:
      'This server has been added already, as {name} ({uri}). Look for it in the list of servers.',
    host_disabled:
      'Its server is disabled: nothing is started there. Ask the administrator to enable it again.',
    image_in_use:
      'The image is in use. Templates: {templates}. VMs: {vms}. In the recycle bin: {recycled}. Remove those first.',
    image_copy_in_use: 'VMs on this server rest on the image’s copy: {vms}. Move or delete them first.',
    network_in_use:
      'The network is in use. Templates: {templates}. VMs: {vms}. In the recycle bin: {recycled}. Remove those first, or give the templates another network.',
    payload_too_large: 'That is too much to send at once. Send less, or in parts.',
    path_not_found:
      'There is no file at this path on the server. Check the path; below it stands what is there.',
    path_is_directory: 'This is a directory. Give the path of a disk image file.',
    path_is_link: 'This is a link. Give the path of the file itself.',
    path_not_regular: 'This is not an ordinary file. Give the path of a disk image file.',
    path_not_allowed:
      'Images may not be taken from this path. Put the file into a folder that QEMU on the server can read, such as /var/lib/libvirt/images.',
    image_format_unsupported: 'The file is neither raw, qcow2 nor iso. Convert it with qemu-img first.',
    image_format_mismatch:
      'The file is not what it was said to be: expected {expected}, found {found}. Choose what was found, or leave the format open.',
    image_has_backing_file:
      'The image rests on another file (a backing file). Flatten it with “qemu-img convert” first.',
    image_has_data_file:
      'The image keeps its data in another file. Flatten it with “qemu-img convert” first.',
    image_encrypted: 'The image is encrypted. Decrypt it with “qemu-img convert” first.',
    image_damaged: 'The image is damaged: its header cannot be read. Copy the file to the server again.',
    image_changed:
      'The image’s file has changed since it was registered. Register it again under a new name.',
    image_copy_mismatch:
      'What arrived of the image is not what was registered: its checksum differs. Nothing of it is used. Try again; if it happens again, check the disks of both servers.',
    image_larger_than_disk:
      'The image needs a disk of at least {virtualSizeBytes}; the template gives {diskBytes}. Give the template a larger disk.',
    host_check_failed:
      'The server did not pass its checks. Look at which of them failed, and put that right on the server.',
    host_key_unconfirmed:
      'Nobody has confirmed yet that {fingerprint} ({type}) is the server’s SSH key. Compare it and confirm it.',
    credentials_missing:
      'LouCloud needs something to log in to this server with: over TLS a CA certificate, a certificate and its key. Enter them.',
    credentials_unreadable:
      'What LouCloud logs in to this server with cannot be read: the key file in its data folder (secret.key) is missing, or is another one. Put the right one back, or enter the credentials again.',
    uri_tcp_refused:
      'Plain TCP has neither a login nor encryption: whoever reaches the port owns the server. Use qemu+ssh:// or qemu+tls:// instead.',
    uri_user_missing: 'Say as whom to log in: qemu+ssh://USER@{hostname}/system.',
    uri_has_password: 'A password does not belong in the address, which is shown. Enter it apart.',
    uri_parameter_refused:
      'The address may not say “{parameter}”: keys and what is trusted are entered apart.',
    uri_not_supported:
      'This address cannot be used. Give one like qemu:///system, qemu+ssh://root@server/system or qemu+tls://server/system.',
    network_not_on_host:
      'The server does not have the network {source}. Make it there, or choose another one.',
    quota_exceeded:
      'Quota exceeded. {resource}: limit {limit}, used {used}, asked {asked}. The administrator can raise it.',
    too_many_requests: 'Too many attempts. Wait a little and try again.',
    too_many_desktops: 'Too many desktops are open. Close one and try again.',
    internal: 'Something went wrong in LouCloud. Give the administrator the request id.',
    libvirt_refused:
      'The server refused to do it. Look at the operation’s details: the administrator finds its own words there.',
    deadline_exceeded:
      'It took too long and was given up. Try again; if it happens again, look at how its server is.',
    guest_ignored_shutdown: 'The guest did not react to the request to shut down. Cut its power instead.',
    host_unreachable:
      'The server that the VM runs on cannot be reached at the moment. Try again when it is back, or ask the administrator.',
    database_unavailable: 'The database cannot be reached. Try again in a moment.',
    no_capacity: 'No server has room for this now. Try later, or ask the administrator.',
    pool_full: 'The server’s storage is full. Ask the administrator.',
    operation_superseded: 'Another operation took over. Look at that one for what came of it.',
    control_plane_restarted: 'LouCloud was restarted while this was running. It was undone; try again.',
    backup_restored:
      'A backup was restored while this was under way; how far it had come is not known. Look at what is there, and try again.',
    vm_vanished:
      'The VM is no longer on its server. Open its page: it can be defined again there, if its disk is there.',
    domain_already_managed: 'LouCloud manages this already: {name}. Look for it among the VMs.',
    domain_not_adoptable:
      '{name} is transient: it is gone after its next shutdown. Define it permanently first (virsh define).',
    disk_missing: 'The disk of {name} is no longer on its server. Put the file back, or forget the VM.',
    leftover_in_use:
      '{name} is no leftover any more: something uses it, or it runs. Leave it, or end what uses it first.',
    cannot_move_there: 'The machine cannot move to that server. Choose another one.',
    disk_changed_meanwhile: 'The machine’s disk was written to while it was being copied. Try again.',
    operation_not_cancellable: 'This operation cannot be cancelled any more. Wait until it has finished.',
    vm_not_movable:
      'The machine has something that cannot move along, such as another disk. Take that away first, or leave the machine where it is.',
    cpu_incompatible:
      'The other server’s processor lacks what the machine was started with. Shut it down, then move it.',
    operation_cancelled: 'It was cancelled. Start it again if it is needed after all.',
    runs_elsewhere:
      '{name} runs on another server than its own. Power that one off and remove it (leftovers), then try again.',
    host_off_unconfirmed:
      'Make sure that the server {host} is off, and say so: a VM that runs twice destroys its disk.',
    host_is_on:
      'The server {host} answers, or may yet: the VM stays there. Move it instead, or switch that server off first.',
    cannot_start_elsewhere:
      'The VM cannot be started on another server. Bring its own server back, or make room on one that has its disk.',
    vm_runs_twice: 'The machine runs on two servers at once. Look at both, and power one of them off there.',
    leftover_too_young:
      'No sweep has known {name} for a day yet. Wait for a day, or confirm that it is to be removed.',
    vm_protected: 'Protected against deletion: {name}. Take the protection away first, or name them.',
    undelete_name_taken: 'There is another VM named {name}. Restore this one under another name.',
    host_not_empty:
      'Not all machines have left the server: {vms}. Look at why each of them could not, and try again.',
    class_members_invalid:
      'Some lines of the list cannot be taken, so nothing was done: {lines}. Look at those lines, and send the list again.',
    class_too_large:
      'A class has at most {max} members; this would be {count}. Make another class for the rest.',
    class_without_template: 'The template of the class {name} was removed. Give the class another one.',
    class_vms_failed: 'It did not work for all: {vms}. Look at each member’s line for why, and try again.',
  } as const satisfies Sentences,
  {
    unreachable: '无法连接到 LouCloud。请检查网络，页面会自动重试。',
    invalid_request: '填写的内容有误，请检查标出的各项。',
    unauthenticated: '登录已失效，请重新登录。',
    bad_credentials: '用户名或密码错误，请检查后重试。',
    wrong_password: '当前密码错误，请重新输入。',
    forbidden: '您没有权限执行此操作，请联系管理员。',
    wrong_origin: '请求来自 LouCloud 以外的地址。请用配置的地址打开 LouCloud。',
    not_found: '不存在，或已被删除。请返回列表查找。',
    name_taken: '名称 {name} 已被使用，请换一个。',
    wrong_state: '当前状态下无法执行此操作，请查看状态，待其变化后再试。',
    operation_in_progress: '还有操作正在进行，请等它结束。',
    not_the_admin: '不能对管理员账号执行此操作，请在“我的账号”中修改。',
    last_network: '该网络是默认网络，请先在系统配置中选择其他默认网络。',
    user_has_vms: '该用户还有虚拟机，请先转给其他用户或一并删除。',
    host_has_vms: '该服务器上还有虚拟机：{vms}；回收站中：{recycled}。请先迁移或彻底删除它们。',
    host_already_added: '该服务器已经添加过，名为 {name}（{uri}），请在服务器列表中查找。',
    host_disabled: '所在服务器已停用，不会在其上启动虚拟机。请联系管理员重新启用。',
    image_in_use: '镜像正在使用中。模板：{templates}；虚拟机：{vms}；回收站中：{recycled}。请先删除它们。',
    image_copy_in_use: '该服务器上有虚拟机使用这个镜像副本：{vms}。请先迁移或删除它们。',
    network_in_use:
      '网络正在使用中。模板：{templates}；虚拟机：{vms}；回收站中：{recycled}。请先删除它们，或为模板更换网络。',
    payload_too_large: '一次提交的内容过大，请减少内容或分次提交。',
    path_not_found: '服务器上没有该路径的文件，请检查路径。',
    path_is_directory: '这是目录，请填写磁盘镜像文件的路径。',
    path_is_link: '这是链接，请填写文件本身的路径。',
    path_not_regular: '这不是普通文件，请填写磁盘镜像文件的路径。',
    path_not_allowed:
      '不允许从该路径取用镜像，请把文件放到服务器上 QEMU 可读的目录，例如 /var/lib/libvirt/images。',
    image_format_unsupported: '文件不是 raw、qcow2 或 iso 格式，请先用 qemu-img 转换。',
    image_format_mismatch:
      '文件格式与声明不符：应为 {expected}，实为 {found}。请选择实际格式，或不指定格式。',
    image_has_backing_file: '该镜像依赖另一个文件（backing file），请先用 qemu-img convert 合并。',
    image_has_data_file: '该镜像的数据存放在另一个文件中，请先用 qemu-img convert 合并。',
    image_encrypted: '该镜像已加密，请先用 qemu-img convert 解密。',
    image_damaged: '镜像已损坏，无法读取文件头。请重新把文件复制到服务器。',
    image_changed: '镜像文件在登记之后被改动过，请以新名称重新登记。',
    image_copy_mismatch:
      '收到的镜像与登记时不一致：校验和不同，未使用其中任何内容。请重试；若再次出现，请检查两台服务器的磁盘。',
    image_larger_than_disk:
      '该镜像至少需要 {virtualSizeBytes} 的磁盘，模板只有 {diskBytes}。请加大模板的磁盘。',
    host_check_failed: '服务器未通过检查，请查看未通过的项目，并在服务器上处理。',
    host_key_unconfirmed: '尚未确认 {fingerprint}（{type}）是该服务器的 SSH 密钥，请核对后确认。',
    credentials_missing: '缺少登录该服务器所需的凭据：TLS 需要 CA 证书、证书及其私钥。请填写。',
    credentials_unreadable:
      '无法读取登录该服务器的凭据：数据目录中的密钥文件（secret.key）缺失或不匹配。请恢复原文件，或重新填写凭据。',
    uri_tcp_refused:
      '明文 TCP 没有登录和加密，任何能连到该端口的人都能控制服务器。请改用 qemu+ssh:// 或 qemu+tls://。',
    uri_user_missing: '请写明登录用户：qemu+ssh://用户@{hostname}/system。',
    uri_has_password: '地址会被显示，不能包含密码，请单独填写。',
    uri_parameter_refused: '地址中不能使用“{parameter}”：密钥和信任关系请单独填写。',
    uri_not_supported:
      '不支持该地址，请使用类似 qemu:///system、qemu+ssh://root@server/system 或 qemu+tls://server/system 的地址。',
    network_not_on_host: '服务器上没有网络 {source}，请在服务器上创建，或选择其他网络。',
    quota_exceeded:
      '超出配额。{resource}：上限 {limit}，已用 {used}，本次需要 {asked}。如需提高配额，请联系管理员。',
    too_many_requests: '尝试过于频繁，请稍后再试。',
    too_many_desktops: '打开的桌面过多，请关闭一个后再试。',
    internal: 'LouCloud 内部出错，请将请求编号告知管理员。',
    libvirt_refused: '服务器拒绝执行。请查看操作详情，管理员可以在其中看到服务器返回的内容。',
    deadline_exceeded: '耗时过长，已放弃。请重试；若再次出现，请检查所在服务器的状况。',
    guest_ignored_shutdown: '虚拟机没有响应关机请求，请改用强制断电。',
    host_unreachable: '虚拟机所在的服务器目前无法连接，请待其恢复后再试，或联系管理员。',
    database_unavailable: '无法连接数据库，请稍后再试。',
    no_capacity: '目前没有服务器能容纳，请稍后再试或联系管理员。',
    pool_full: '服务器的存储空间已满，请联系管理员。',
    operation_superseded: '已被另一个操作取代，请查看后者的结果。',
    control_plane_restarted: '操作进行中 LouCloud 重启，操作已撤销，请重试。',
    backup_restored: '执行期间恢复了备份，无法得知其进展。请检查现状后重试。',
    vm_vanished: '服务器上已找不到该虚拟机。请打开其页面：若磁盘还在，可以重新定义。',
    domain_already_managed: 'LouCloud 已在管理它：{name}，请在虚拟机列表中查找。',
    domain_not_adoptable: '{name} 是临时的，关机后即消失，请先用 virsh define 永久定义。',
    disk_missing: '{name} 的磁盘已不在服务器上。请放回文件，或移除记录。',
    leftover_in_use:
      '{name} 已不是遗留物：有虚拟机在使用它，或它正在运行。请保留它，或先停止使用它的虚拟机。',
    cannot_move_there: '虚拟机不能迁移到该服务器，请选择其他服务器。',
    disk_changed_meanwhile: '复制期间虚拟机的磁盘被改动，请重试。',
    operation_not_cancellable: '该操作已不能取消，请等它结束。',
    vm_not_movable: '该虚拟机带有不能随之迁移的内容，例如其他磁盘。请先移除这些内容，或将虚拟机留在原处。',
    cpu_incompatible: '目标服务器的处理器缺少虚拟机启动时使用的特性。请先关机再迁移。',
    operation_cancelled: '操作已取消，如仍需要请重新执行。',
    runs_elsewhere: '{name} 正在另一台服务器上运行。请在遗留物中将其断电并清除，然后重试。',
    host_off_unconfirmed: '请先确认服务器 {host} 已关机，再勾选确认：同一虚拟机同时运行两份会损坏磁盘。',
    host_is_on: '服务器 {host} 有响应或即将恢复，虚拟机留在原处。请改用迁移，或先关闭该服务器。',
    cannot_start_elsewhere:
      '虚拟机无法在其他服务器上启动。请恢复其所在的服务器，或在拥有其磁盘的服务器上腾出空间。',
    vm_runs_twice: '虚拟机同时在两台服务器上运行。请检查两台服务器，并在其中一台上断电。',
    leftover_too_young: '巡检发现 {name} 还不到一天。请等待一天，或明确确认清除。',
    vm_protected: '受删除保护：{name}。请先解除保护，或明确指定它们。',
    undelete_name_taken: '已有另一台名为 {name} 的虚拟机，请换个名称恢复。',
    host_not_empty: '仍有虚拟机留在该服务器上：{vms}。请查看各自不能迁移的原因，然后重试。',
    class_members_invalid: '名单中有无法识别的行，未做任何更改：{lines}。请检查这些行后重新提交。',
    class_too_large: '一个班级最多 {max} 名成员，这样会有 {count} 名，请为其余的人另建班级。',
    class_without_template: '班级 {name} 的模板已被移除，请先为班级另选模板。',
    class_vms_failed: '以下虚拟机未成功：{vms}。原因见各成员所在行，请处理后重试。',
  },
);
