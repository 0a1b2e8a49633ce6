import type { Vm } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { vmsMessages } from './vms.messages.ts';

/** Each with its copy button; `most`: where there is little room. */
export function Addresses({ vm, most = Infinity }: { vm: Pick<Vm, 'ipAddresses' | 'state'>; most?: number }) {
  const t = useT(vmsMessages);
  if (vm.ipAddresses.length === 0) {
    // What does not run has no address, and nobody waits for one.
    if (vm.state !== 'running') return <span className="text-secondary nothing">–</span>;
    return (
      <span className="text-secondary" title={t('noAddressHint')}>
        {t('noAddress')}
      </span>
    );
  }
  return vm.ipAddresses.slice(0, most).map((address) => (
    <span key={address} className="address">
      <code>{address}</code>
      <CopyButton text={address} />
    </span>
  ));
}
