/** Calls to the control plane: typed by the endpoint table, cached by endpoint and input. */
import {
  ApiError,
  type Client,
  type EndpointName,
  type ReplyFor,
  type RequestFor,
  createClient,
} from '@loucloud/api';
import { QueryClient, queryOptions, useMutation } from '@tanstack/react-query';
import { sessionGate } from './session-gate.ts';

const client = createClient({ baseUrl: '', fetch: (...request) => fetch(...request) });

/** A call whose session has ended waits for the new login and is sent again. */
export const call: Client = async (name, ...request) => {
  try {
    return await client(name, ...request);
  } catch (error) {
    const hasExpired = error instanceof ApiError && error.code === 'unauthenticated';
    if (!hasExpired || !sessionGate.isLoggedIn || name === 'sessionCreate') throw error;
    await sessionGate.waitForLogin();
    return client(name, ...request);
  }
};

export type Input<N extends EndpointName> = unknown extends RequestFor<N> ? [] : [RequestFor<N>];

/** The key is the endpoint and its input, so one name invalidates every call of that endpoint. */
export const query = <N extends EndpointName>(name: N, ...request: Input<N>) =>
  queryOptions<ReplyFor<N>, ApiError>({
    queryKey: [name, request[0] ?? {}],
    queryFn: () => call(name, ...request),
  });

/** What an endpoint without input is called with. */
type ActionInput<N extends EndpointName> = unknown extends RequestFor<N> ? void : RequestFor<N>;

export const useAction = <N extends EndpointName>(
  name: N,
  options: { readonly onSuccess?: (reply: ReplyFor<N>, input: ActionInput<N>) => unknown } = {},
) =>
  useMutation<ReplyFor<N>, ApiError, ActionInput<N>>({
    mutationFn: (input) => call(name, ...((input === undefined ? [] : [input]) as Input<N>)),
    ...options,
  });

const mayPass = (error: Error) =>
  error instanceof ApiError && (error.code === 'unreachable' || error.status === 503 || error.status === 504);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A browser that calls itself offline (no route to the internet) may reach LouCloud all the same.
      networkMode: 'always',
      // The event stream says when an answer is stale; this is for the pages it does not cover.
      staleTime: 60_000,
      retry: (failures, error) => failures < 3 && mayPass(error),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
