/** Every endpoint, by name. */
import { classEndpoints } from './classes.ts';
import { clipboardEndpoints } from './clipboard.ts';
import { hostEndpoints } from './hosts.ts';
import { imageEndpoints } from './images.ts';
import { leftoverEndpoints } from './leftovers.ts';
import { networkEndpoints } from './networks.ts';
import { operationEndpoints } from './operations.ts';
import { screenshotEndpoints } from './screenshots.ts';
import { statisticsEndpoints } from './statistics.ts';
import { systemEndpoints } from './system.ts';
import { templateEndpoints } from './templates.ts';
import { userEndpoints } from './users.ts';
import { vmEndpoints } from './vms.ts';
import { watchLinkEndpoints } from './watch-links.ts';

export const allEndpoints = {
  ...userEndpoints,
  ...hostEndpoints,
  ...imageEndpoints,
  ...templateEndpoints,
  ...networkEndpoints,
  ...vmEndpoints,
  ...classEndpoints,
  ...watchLinkEndpoints,
  ...leftoverEndpoints,
  ...operationEndpoints,
  ...screenshotEndpoints,
  ...clipboardEndpoints,
  ...statisticsEndpoints,
  ...systemEndpoints,
};
export type Endpoints = typeof allEndpoints;
export type EndpointName = keyof Endpoints;
