import { join } from 'node:path'
import { defineConfig } from 'vite'

/** Static files alone; whoever builds says where to: `scripts/page.mjs`. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  cacheDir: join(import.meta.dirname, '../node_modules/.cache/vite'),
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the policy knows no data: addresses
    modulePreload: false, // on loopback it brings more than it saves
    reportCompressedSize: false,
    emptyOutDir: true,
  },
})
