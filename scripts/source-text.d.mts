import type { Plugin } from 'vite';

export declare const sourceText: Plugin;
