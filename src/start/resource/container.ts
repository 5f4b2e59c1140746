/** Container detector: `container.id` from the files of the current process. */
import type { Attributes } from '@opentelemetry/api';
import type { ResourceSources } from './sources.js';

/**
 * Returns `container.id`, or no attributes outside a container.
 *
 * Under cgroup v1 the id is the last path element of the control group. Under cgroup v2 it is part of the path that
 * `/etc/hostname` is mounted from.
 */
export function detectContainer({ readFile }: Pick<ResourceSources, 'readFile'>): Attributes {
  const id =
    /\/(?:[\w.-]*[-:])?([0-9a-f]{64})(?:\.scope)?$/m.exec(readFile('/proc/self/cgroup') ?? '')?.[1] ??
    /\/(?:containers|sandboxes|overlay-containers)\/([0-9a-f]{64})\/.*\/etc\/hostname /.exec(
      readFile('/proc/self/mountinfo') ?? '',
    )?.[1];
  return id === undefined ? {} : { 'container.id': id };
}
