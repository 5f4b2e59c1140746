/** Builds the OpenTelemetry resource from detectors, the environment, a configuration file and code. */
import type { Attributes } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  hostDetector,
  processDetector,
  type Resource,
  type ResourceDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import type { DetectorName, FileResource } from '../../settings/file/resource.js';
import { version } from '../../version.js';
import { detectContainer } from './container.js';
import { detectKubernetes } from './kubernetes.js';
import { detectProcess } from './process.js';
import type { ResourceSources } from './sources.js';

/** Explicitly configured parts of the resource. */
export interface DeclaredResource {
  readonly serviceName: string | undefined;
  /** Attributes from `OTEL_RESOURCE_ATTRIBUTES` or from a configuration file. */
  readonly attributes: Attributes;
  /** Attributes given in code. */
  readonly inCode: Attributes;
  readonly schemaUrl?: string | undefined;
  /** Detection settings of a configuration file; when absent, all detectors run. */
  readonly detection?: FileResource['detection'];
}

/**
 * Merges detected attributes, declared attributes, the service name and attributes given in code; later ones win.
 *
 * Some attributes (`host.id`) may resolve later: see `waitForAsyncAttributes` of the result.
 */
export function detectResource(declared: DeclaredResource, sources: ResourceSources): Resource {
  const { attributes, serviceName, inCode, schemaUrl } = declared;
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': defaultServiceName() }))
    .merge(resourceFromAttributes({ 'telemetry.distro.name': 'otelier', 'telemetry.distro.version': version }))
    .merge(detectResources({ detectors: detectorsOf(declared.detection, sources) }))
    .merge(resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl }))
    .merge(resourceFromAttributes(serviceName === undefined ? {} : { 'service.name': serviceName }))
    .merge(resourceFromAttributes(inCode));
}

/**
 * Returns the default of the SDK with the base name of the executable, as the semantic conventions define it. The SDK
 * takes `process.argv0`, which is a path if the program was started by one.
 */
function defaultServiceName(): string {
  const name = String(defaultResource().attributes['service.name']);
  return name.replace(/(?<=:).*[\\/]/, '');
}

type Detect = ResourceDetector['detect'];

/** Returns the enabled detectors in order, each limited to the included attributes. */
function detectorsOf(detection: FileResource['detection'], sources: ResourceSources): ResourceDetector[] {
  const all: Readonly<Record<DetectorName, readonly Detect[]>> = {
    host: [() => hostDetector.detect()],
    service: [() => serviceInstanceIdDetector.detect(), () => ({ attributes: detectServiceName(detection, sources) })],
    process: [() => ({ attributes: detectProcess(processDetector.detect().attributes ?? {}, process, sources) })],
    container: [() => ({ attributes: detectContainer(sources) })],
    'otelier/kubernetes': [() => ({ attributes: detectKubernetes(sources) })],
  };
  const includes = (key: string) => detection?.includes(key) ?? true;
  return Object.entries(all)
    .filter(([name]) => detection?.detectors.has(name as DetectorName) ?? true)
    .flatMap(([, detects]) => detects)
    .map((detect) => ({
      detect() {
        const { attributes = {} } = detect();
        return { attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => includes(key))) };
      },
    }));
}

/** Reads `OTEL_SERVICE_NAME` for the service detector of a file. Without a file, the variable is an option instead. */
function detectServiceName(detection: FileResource['detection'], { environment }: ResourceSources): Attributes {
  const name = environment['OTEL_SERVICE_NAME']?.trim();
  return detection === undefined || name === undefined || name === '' ? {} : { 'service.name': name };
}
