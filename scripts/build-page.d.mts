/** The live page, compressed, with its content security policy. */
export declare function buildPage(): Promise<{ html: string; gzip: Buffer; csp: string }>;
