/** Gives LouCloud something else to log in to a server with. What it has now is never shown. */
import type { Host } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { CredentialFields } from './CredentialFields.tsx';
import { type CredentialValues, credentialsOf, noCredentials, sshLogins } from './credential-values.ts';
import { partsOf } from './host-address.ts';
import { hostAccessMessages } from './host-access.messages.ts';

export function CredentialsDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const t = useT(hostAccessMessages);
  const toast = useToast();
  const { id, name, uri, transport, credentialKind } = host;
  const login = sshLogins.find((kind) => kind === credentialKind) ?? noCredentials.login;
  const form = useForm<'hostUpdate', CredentialValues>('hostUpdate', {
    initial: { ...noCredentials, login },
    request: (values) => {
      const credentials = credentialsOf(transport, values);
      return { params: { hostId: id }, body: credentials === null ? {} : { credentials } };
    },
    onDone: () => {
      toast.success(t('loginSaved', { name }));
      onClose();
    },
  });
  return (
    <FormDialog title={t('loginTitle', { name })} form={form} onClose={onClose}>
      <CredentialFields form={form} transport={transport} username={partsOf(uri).username} />
    </FormDialog>
  );
}
