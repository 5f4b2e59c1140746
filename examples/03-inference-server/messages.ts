/** What goes over the boundary between the server and its worker threads. */

/** To a worker: one at a time. */
export interface Job<In> {
  readonly input: In;
}

/** From a worker, once, when it can work. */
export interface Loaded {
  readonly kind: 'loaded';
  readonly seconds: number;
}

/** From a worker, for each job; the moments are of `now()`. */
export interface Done<Out> {
  readonly kind: 'done';
  readonly output: Out;
  readonly receivedAt: number;
  readonly finishedAt: number;
}

/** From a worker, for a job that it could not do. */
export interface Failed {
  readonly kind: 'failed';
  readonly reason: string;
}

export type FromWorker<Out> = Loaded | Done<Out> | Failed;

/** To a tokenizer: the query, then the documents. */
export type Texts = readonly string[];

/** From a tokenizer: the ids of all texts behind one another, and where each text ends. */
export interface Tokens {
  readonly ids: Int32Array<ArrayBuffer>;
  readonly ends: Int32Array<ArrayBuffer>;
}

/** To a model: sequences `[begin] query [separator] document [separator]`, all filled up to the longest. */
export interface PaddedBatch {
  /** Row by row, `longest` ids each. */
  readonly ids: Int32Array<ArrayBuffer>;
  readonly longest: number;
  /** Tokens of each row, and of the query in it. */
  readonly lengths: Int32Array<ArrayBuffer>;
  readonly queryLengths: Int32Array<ArrayBuffer>;
}

/** From a model: a score for each row. */
export type Scores = Float32Array<ArrayBuffer>;
