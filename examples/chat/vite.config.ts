import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    // The server's content security policy has no place for scripts and images inside the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
