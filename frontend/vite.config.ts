import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  base: '/static/dist/',
  plugins: [svelte()],
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    rolldownOptions: { input: 'src/main.ts' },
  },
  worker: { format: 'es' },
  test: {
    // What needs a browser's objects says so in its first line: they take long to set up.
    environment: 'node',
    include: ['src/**/*.test.ts'],
    // A slow machine is not a broken page.
    testTimeout: 30_000,
  },
})
