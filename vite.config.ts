import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The address of the server that `npm run dev` passes API calls to. */
const server = process.env.VOUCH_DEV_SERVER ?? 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [react()],
  publicDir: 'src/web/public',
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Data URLs for fonts or scripts would be refused by the CSP; images may be inlined, but nothing here is worth it.
    assetsInlineLimit: 0,
    // Vite's preload helper for browsers that lack modulepreload is an inline-free script too, but no browser that we support needs it.
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': server } },
})
