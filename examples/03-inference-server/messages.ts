/** Messages between the server and its worker threads. */

/** To a worker, one job at a time. */
export interface Job<In> {
  readonly input: In;
}

/** From a worker, once it is ready. */
export interface Loaded {
  readonly kind: 'loaded';
  readonly seconds: number;
}

/** From a worker, for each job. Times are those of `now()`. */
export interface Done<Out> {
  readonly kind: 'done';
  readonly output: Out;
  readonly receivedAt: number;
  readonly finishedAt: number;
}

/** From a worker, for a job that failed. */
export interface Failed {
  readonly kind: 'failed';
  readonly reason: string;
}

export type FromWorker<Out> = Loaded | Done<Out> | Failed;

/** To a tokenizer: the query, then the documents. */
export type Texts = readonly string[];

/** From a tokenizer: the concatenated ids of all texts, and the end index of each text. */
export interface Tokens {
  readonly ids: Int32Array<ArrayBuffer>;
  readonly ends: Int32Array<ArrayBuffer>;
}

/** To a model: sequences `[begin] query [separator] document [separator]`, padded to the longest. */
export interface PaddedBatch {
  /** Row by row, `longest` ids each. */
  readonly ids: Int32Array<ArrayBuffer>;
  readonly longest: number;
  /** Number of tokens of each row, and of the query in it. */
  readonly lengths: Int32Array<ArrayBuffer>;
  readonly queryLengths: Int32Array<ArrayBuffer>;
}

/** From a model: one score for each row. */
export type Scores = Float32Array<ArrayBuffer>;
