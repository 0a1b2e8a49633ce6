/** Gives LouCloud something else to log in to a server with. What it has now is never shown. */
import type { Host } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SubmitButton } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { CredentialFields } from './CredentialFields.tsx';
import { type CredentialValues, credentialsOf, noCredentials, sshLogins } from './credential-values.ts';
import { partsOf } from './host-address.ts';
import { hostAccessMessages } from './host-access.messages.ts';

export function CredentialsDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const t = useT(hostAccessMessages);
  const ui = useT(uiMessages);
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
    <Modal title={t('loginTitle', { name })} onClose={onClose} isSticky={form.isChanged}>
      <form {...form.props}>
        <div className="modal-body">
          <ProblemAlert error={form.error} />
          <CredentialFields form={form} transport={transport} username={partsOf(uri).username} />
        </div>
        <div className="modal-footer">
          <button type="button" className="btn me-auto" onClick={onClose}>
            {ui('cancel')}
          </button>
          <SubmitButton isPending={form.isPending}>{ui('save')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}
