/** Every way the API can refuse. The server sends code and details; the console and the command translate them. */
import { type Static, Type } from 'typebox';
import { object, oneOf } from './schemas.ts';

/** code → HTTP status. Adding a code is adding a row, and a message in each language. */
export const errorCodes = {
  invalid_request: 400,
  unauthenticated: 401,
  bad_credentials: 401,
  wrong_password: 403,
  forbidden: 403,
  wrong_origin: 403,
  not_found: 404,
  name_taken: 409,
  wrong_state: 409,
  operation_in_progress: 409,
  not_the_admin: 409,
  last_network: 409,
  user_has_vms: 409,
  cannot_move_there: 409,
  disk_changed_meanwhile: 409,
  operation_not_cancellable: 409,
  host_has_vms: 409,
  host_already_added: 409,
  host_disabled: 409,
  image_in_use: 409,
  image_copy_in_use: 409,
  network_in_use: 409,
  payload_too_large: 413,
  path_not_found: 422,
  path_is_directory: 422,
  path_is_link: 422,
  path_not_regular: 422,
  path_not_allowed: 422,
  image_format_unsupported: 422,
  image_format_mismatch: 422,
  image_has_backing_file: 422,
  image_has_data_file: 422,
  image_encrypted: 422,
  image_damaged: 422,
  image_changed: 422,
  image_copy_mismatch: 422,
  image_larger_than_disk: 422,
  host_check_failed: 422,
  host_key_unconfirmed: 422,
  credentials_missing: 422,
  credentials_unreadable: 422,
  uri_not_supported: 422,
  uri_tcp_refused: 422,
  uri_user_missing: 422,
  uri_has_password: 422,
  uri_parameter_refused: 422,
  network_not_on_host: 422,
  vm_not_movable: 422,
  cpu_incompatible: 422,
  quota_exceeded: 403,
  too_many_requests: 429,
  too_many_desktops: 429,
  internal: 500,
  libvirt_refused: 502,
  deadline_exceeded: 504,
  guest_ignored_shutdown: 504,
  host_unreachable: 503,
  database_unavailable: 503,
  no_capacity: 507,
  pool_full: 507,
  operation_superseded: 409,
  operation_cancelled: 409,
  control_plane_restarted: 503,
  vm_vanished: 409,
  backup_restored: 409,
  domain_already_managed: 409,
  domain_not_adoptable: 409,
  disk_missing: 409,
  leftover_in_use: 409,
  vm_runs_twice: 409,
  runs_elsewhere: 409,
  host_off_unconfirmed: 422,
  host_is_on: 409,
  cannot_start_elsewhere: 409,
  host_not_empty: 409,
  leftover_too_young: 409,
  vm_protected: 409,
  undelete_name_taken: 409,
  class_members_invalid: 422,
  class_too_large: 422,
  class_without_template: 409,
  class_vms_failed: 409,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorCodes;

/** Fills the translated message. Lists are for "these VMs use it". */
export const ErrorDetails = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Array(Type.String())]),
);
export type ErrorDetails = Readonly<Record<string, string | number | string[]>>;

export const ProblemCode = oneOf(Object.keys(errorCodes) as ErrorCode[]);

/** Why an operation failed, or why a VM is as it is. `hint` is libvirt's own text, for the admin only. */
export const Problem = object({
  code: ProblemCode,
  details: ErrorDetails,
  hint: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;

/** The body of every answer that is not a success. */
export const ErrorReply = object({
  code: ProblemCode,
  message: Type.String(),
  details: ErrorDetails,
  requestId: Type.String(),
});
export type ErrorReply = Static<typeof ErrorReply>;
