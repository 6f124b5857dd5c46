import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0, // a data: URI would need a hole in the content security policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1400, // MapLibre alone is 1.1 MB before gzip
  },
  worker: { format: "es" },
  test: { include: ["test/**/*.test.ts"] },
});
