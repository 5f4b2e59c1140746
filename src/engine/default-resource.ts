/** Default resource of the SDK, as `defaultResource` of `@opentelemetry/resources` makes it, without loading that package. */
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '../model/otel-data.js';

/** Version of the OpenTelemetry SDK that the engine corresponds to; a test compares it with the installed packages. */
const sdkVersion = '2.12.0';

/** Returns the resource of a provider that was created without a resource. */
export function defaultResource(): Resource {
  return resourceOf({
    'service.name': defaultServiceName(),
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': sdkVersion,
  });
}

/** Returns `unknown_service:` and the name of the executable (OpenTelemetry semantic conventions, `service.name`). */
function defaultServiceName(): string {
  const { process } = globalThis as { process?: { argv0?: unknown } };
  const executable = process?.argv0;
  return typeof executable === 'string' && executable !== '' ? `unknown_service:${executable}` : 'unknown_service';
}

/** Returns a resource of attributes that are all known. */
function resourceOf(attributes: Attributes): Resource {
  const resource: Resource = {
    attributes,
    merge: (other) => (other === null ? resource : merged(resource, other)),
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

/** Merges two resources; the attributes of `winner` win. Attributes that it still waits for appear once they are known. */
function merged(base: Resource, winner: Resource): Resource {
  const resource: Resource = {
    get asyncAttributesPending() {
      return winner.asyncAttributesPending === true;
    },
    get attributes() {
      return { ...base.attributes, ...winner.attributes };
    },
    ...(winner.schemaUrl === undefined ? {} : { schemaUrl: winner.schemaUrl }),
    waitForAsyncAttributes: async () => winner.waitForAsyncAttributes?.(),
    merge: (other) => (other === null ? resource : merged(resource, other)),
    getRawAttributes: () => [...winner.getRawAttributes(), ...base.getRawAttributes()],
  };
  return resource;
}
