/** Assembly of points in JSON into requests within a size limit. */

/** Text before and after a list. */
export interface JsonEnvelope {
  readonly head: string;
  readonly tail: string;
}

/** Metric of one walk with its points in the order of the walk. */
export interface JsonMetric extends JsonEnvelope {
  readonly points: readonly string[];
}

/** Scope of one walk with its metrics in the order of the walk. */
export interface JsonScope extends JsonEnvelope {
  readonly metrics: readonly JsonMetric[];
}

/** Packs scopes into requests. A request is a list of scopes, a scope a list of metrics, a metric a list of points. */
export class JsonRequestPacker {
  readonly requests: Buffer[] = [];
  /** Number of points in each request. */
  readonly points: number[] = [];
  /** Number of omitted points: each alone exceeds the limit. */
  oversized = 0;
  readonly #resource: JsonEnvelope;
  readonly #maxBytes: number;
  /** Text of the current request without the tails of its last metric, its last scope and the resource. */
  #text = '';
  /** Length of the current request with these tails, in bytes. */
  #bytes = 0;
  #count = 0;
  #scope: JsonEnvelope | undefined;
  #metric: JsonEnvelope | undefined;

  constructor(resource: JsonEnvelope, maxBytes: number) {
    this.#resource = resource;
    this.#maxBytes = maxBytes;
  }

  add(scope: JsonScope): void {
    const resourceBytes = sidesOf(this.#resource);
    const scopeBytes = sidesOf(scope);
    for (const metric of scope.metrics) {
      const metricBytes = sidesOf(metric);
      for (const point of metric.points) {
        const pointBytes = Buffer.byteLength(point);
        const alone = resourceBytes + scopeBytes + metricBytes + pointBytes;
        if (alone > this.#maxBytes) {
          this.oversized++;
          continue;
        }
        // A comma, and the sides of what the request does not contain yet.
        let more = 1 + pointBytes;
        if (metric !== this.#metric) more += metricBytes;
        if (scope !== this.#scope) more += scopeBytes;
        if (this.#count > 0 && this.#bytes + more > this.#maxBytes) this.end();
        this.#bytes = this.#count === 0 ? alone : this.#bytes + more;
        this.#text += this.#separator(scope, metric);
        this.#text += point;
        this.#count++;
      }
    }
  }

  /** Completes the current request. */
  end(): void {
    if (this.#count === 0) return;
    const text = this.#text + this.#metric?.tail + this.#scope?.tail + this.#resource.tail;
    this.requests.push(Buffer.from(text));
    this.points.push(this.#count);
    this.#text = '';
    this.#bytes = 0;
    this.#count = 0;
    this.#scope = undefined;
    this.#metric = undefined;
  }

  /** Returns the text between the previous point and one of a metric. */
  #separator(scope: JsonEnvelope, metric: JsonEnvelope): string {
    if (metric === this.#metric) return ',';
    const metricTail = this.#metric?.tail ?? '';
    this.#metric = metric;
    if (scope === this.#scope) return `${metricTail},${metric.head}`;
    const before = this.#scope === undefined ? this.#resource.head : `${metricTail}${this.#scope.tail},`;
    this.#scope = scope;
    return before + scope.head + metric.head;
  }
}

function sidesOf({ head, tail }: JsonEnvelope): number {
  return Buffer.byteLength(head) + Buffer.byteLength(tail);
}
