import type { Vm } from '@loucloud/api';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ObjectLink } from '../../ui/ObjectLink.tsx';
import { Time } from '../../ui/Time.tsx';
import '../../ui/facts.css';
import { Addresses } from './Addresses.tsx';
import { vmsMessages } from './vms.messages.ts';

export function VmDetails({ vm }: { vm: Vm }) {
  const t = useT(vmsMessages);
  const format = useFormat();
  const isAdmin = useIsAdmin();
  return (
    <div className="card">
      <div className="card-header">
        <h2 className="card-title">{t('details')}</h2>
      </div>
      <div className="card-body">
        <dl className="datagrid facts m-0">
          <Item title={t('addresses')}>
            <Addresses vm={vm} />
          </Item>
          <Item title={t('macAddress')}>
            {vm.macAddress === '' ? (
              '–'
            ) : (
              <span className="text-nowrap">
                <code>{vm.macAddress}</code>
                <CopyButton text={vm.macAddress} />
              </span>
            )}
          </Item>
          <Item title={t('vcpus')}>{format.number(vm.vcpus)}</Item>
          <Item title={t('memory')}>{format.mib(vm.memoryMib)}</Item>
          <Item title={t('disk')}>{format.bytes(vm.diskBytes)}</Item>
          <Item title={t('template')}>
            <Origin kind="template" id={vm.templateId} name={vm.templateName} />
          </Item>
          <Item title={t('image')}>
            <Origin kind="image" id={vm.imageId} name={vm.imageName} />
          </Item>
          <Item title={t('network')}>{vm.networkName ?? t('noNetwork')}</Item>
          <Item title={t('firmware')}>{t(vm.firmware)}</Item>
          <Item title={t('created')}>
            <Time at={vm.createdAt} />
          </Item>
          {isAdmin && (
            <>
              <Item title={t('owner')}>
                <Link to={`/users/${vm.ownerId}`}>{vm.ownerName}</Link>
              </Item>
              <Item title={t('host')}>
                {vm.hostId ? <Link to={`/hosts/${vm.hostId}`}>{vm.hostName}</Link> : '–'}
              </Item>
              {vm.domainName && <Item title={t('domain')}>{vm.domainName}</Item>}
            </>
          )}
          <Item title={t('id')} isWide>
            <code>{vm.id}</code>
            <CopyButton text={vm.id} />
          </Item>
        </dl>
      </div>
    </div>
  );
}

/** What it was made from; only the admin has pages of that. */
function Origin({ kind, id, name }: { kind: 'template' | 'image'; id: string | null; name: string }) {
  const isAdmin = useIsAdmin();
  return id !== null && isAdmin ? <ObjectLink kind={kind} id={id} name={name} /> : name || '–';
}

function Item({ title, isWide = false, children }: { title: string; isWide?: boolean; children: ReactNode }) {
  return (
    <div className={isWide ? 'datagrid-item datagrid-wide' : 'datagrid-item'}>
      <dt className="datagrid-title">{title}</dt>
      <dd className="datagrid-content">{children}</dd>
    </div>
  );
}
