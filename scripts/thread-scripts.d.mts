import type { Plugin } from 'vite'

export declare function threadScripts(): Plugin
