// The console's storeys: words | model < stores < net < components < screens. Each imports only from below.
const from = (path) => ({ path: `^src/${path}` });
const never = (name, folder, above) => ({
  name,
  severity: "error",
  from: from(`${folder}/`),
  to: { path: `^src/(${above})` },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "\\?" } },
    { name: "no-orphans", severity: "error", from: { orphan: true, pathNot: "\\.d\\.ts$" }, to: {} },
    never("words-know-nothing", "words", "model|stores|net|components|screens"),
    never("model-is-pure", "model", "words|stores|net|components|screens"),
    { name: "model-imports-no-package", severity: "error", from: from("model/"), to: { dependencyTypes: ["npm", "npm-dev"] } },
    never("stores-import-from-below", "stores", "net|components|screens"),
    never("net-imports-from-below", "net", "components|screens"),
    never("components-import-from-below", "components", "screens"),
    { name: "only-the-map-knows-maplibre", severity: "error", from: { pathNot: "^src/(components/map|main)" }, to: { path: "maplibre-gl|pmtiles" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs", ".svelte", ".json"], exportsFields: ["exports"], conditionNames: ["svelte", "import", "types"] },
  },
};
