import type { Plugin } from 'vite';

export declare const builtPage: Plugin;
