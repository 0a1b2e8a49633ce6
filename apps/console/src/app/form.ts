/** A form over one endpoint: checked by its schema, refused field by field, and never emptied by a refusal. */
import {
  ApiError,
  type Endpoint,
  type EndpointName,
  type ReplyFor,
  type RequestFor,
  allEndpoints,
} from '@loucloud/api';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { uiMessages } from '../ui/ui.messages.ts';
import { call } from './api.ts';
import { useErrorText } from './error-text.ts';
import { type FieldProblem, problemsOf } from './validate.ts';
import { useT } from './language.tsx';

export interface FieldState<T> {
  readonly name: string;
  readonly value: T;
  readonly set: (value: T) => void;
  readonly error: string | undefined;
}

export interface Form<V> {
  readonly values: V;
  readonly set: (changes: Partial<V>) => void;
  readonly reset: (values: V) => void;
  readonly field: <K extends keyof V & string>(name: K) => FieldState<V[K]>;
  /** A refusal that is about no single field. */
  readonly error: ApiError | null;
  readonly isPending: boolean;
  readonly isChanged: boolean;
  /** For the <form>. */
  readonly props: {
    readonly ref: React.RefObject<HTMLFormElement | null>;
    readonly noValidate: true;
    readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  };
}

interface FormOptions<N extends EndpointName, V> {
  readonly initial: V;
  readonly request: (values: V) => RequestFor<N>;
  /** What the endpoint's schema cannot know to be wrong, by field. */
  readonly check?: (values: V) => Readonly<Record<string, FieldProblem>>;
  readonly onDone: (reply: ReplyFor<N>, values: V) => unknown;
}

/** Fields are found by the last part of their path: the value `vms` shows the problems of `ownQuota.vms`. */
export function useForm<N extends EndpointName, V extends object>(
  name: N,
  options: FormOptions<N, V>,
): Form<V> {
  const [initial, setInitial] = useState(options.initial);
  const [values, setValues] = useState(options.initial);
  const [problems, setProblems] = useState<Readonly<Record<string, FieldProblem | ApiError>>>({});
  const [error, setError] = useState<ApiError | null>(null);
  const [isPending, setIsPending] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const describe = useDescription();

  useEffect(() => {
    element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [problems]);

  const refuse = (refusal: unknown) => {
    if (!(refusal instanceof ApiError)) throw refusal;
    const field = fieldOf(refusal);
    if (field !== null && hasField(values, field)) setProblems({ [field]: refusal });
    else setError(refusal);
  };
  const send = async () => {
    const request = options.request(values);
    const endpoint: Endpoint = allEndpoints[name];
    const refused = endpoint.body ? problemsOf(endpoint.body, (request as { body?: unknown }).body) : {};
    const found = { ...refused, ...options.check?.(values) };
    setProblems(found);
    setError(null);
    if (Object.keys(found).length > 0) return;
    setIsPending(true);
    try {
      // The input's shape was settled where `request` was written; `call` cannot see that it is this endpoint's.
      const reply = await (call as (name: N, request: RequestFor<N>) => Promise<ReplyFor<N>>)(name, request);
      await options.onDone(reply, values);
    } catch (refusal) {
      refuse(refusal);
    } finally {
      setIsPending(false);
    }
  };

  const set = (changes: Partial<V>) => {
    setValues((before) => ({ ...before, ...changes }));
    setProblems((before) => withoutFields(before, Object.keys(changes)));
  };
  return {
    values,
    set,
    reset: (next) => {
      setInitial(next);
      setValues(next);
      setProblems({});
      setError(null);
    },
    field: (field) => {
      const path = Object.keys(problems).find((key) => lastPart(key) === field);
      return {
        name: field,
        value: values[field],
        set: (value) => set({ [field]: value } as unknown as Partial<V>),
        error: path === undefined ? undefined : describe(problems[path] as FieldProblem | ApiError),
      };
    },
    error,
    isPending,
    isChanged: JSON.stringify(values) !== JSON.stringify(initial),
    props: {
      ref: element,
      noValidate: true,
      onSubmit: (event) => {
        event.preventDefault();
        if (!isPending) void send();
      },
    },
  };
}

/** Which field a refusal is about, where its code says so. */
export function fieldOf({ code, details }: Pick<ApiError, 'code' | 'details'>): string | null {
  if (code === 'name_taken') return 'name';
  if (code === 'wrong_password') return 'currentPassword';
  if (code === 'image_format_mismatch') return 'format';
  if (code.startsWith('path_') || code.startsWith('image_')) return 'path';
  if (code.startsWith('uri_') || code === 'host_already_added') return 'uri';
  if (code === 'network_not_on_host') return 'source';
  const field = details['field'];
  return typeof field === 'string' ? lastPart(field) : null;
}

const lastPart = (path: string) => path.split(/[./]/).at(-1) ?? path;
const hasField = (values: object, field: string) => Object.hasOwn(values, field);
const withoutFields = <P>(problems: Readonly<Record<string, P>>, fields: readonly string[]) =>
  Object.fromEntries(Object.entries(problems).filter(([path]) => !fields.includes(lastPart(path))));

function useDescription(): (problem: FieldProblem | ApiError) => string {
  const t = useT(uiMessages);
  const errorText = useErrorText();
  return (problem) => {
    if (problem instanceof ApiError)
      return problem.code === 'invalid_request' ? t('invalid') : errorText(problem);
    const { rule, limit = 0 } = problem;
    if (rule === 'atLeastCharacters') return t(rule, { min: limit });
    if (rule === 'atMostCharacters') return t(rule, { max: limit });
    if (rule === 'atLeast') return t(rule, { min: limit });
    if (rule === 'atMost') return t(rule, { max: limit });
    return t(rule);
  };
}
