/** The base map's look over our own PMTiles: no glyph server, no sprites, no internet. */
import type { DataDrivenPropertyValueSpecification, ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Language } from "../../words";
import type { Palette } from "./palette";

const REGULAR = "Pretendard GOV Regular";
const MEDIUM = "Pretendard GOV Medium";
const HIGHWAY = ["motorway", "motorway_link", "trunk", "trunk_link"];
const MAJOR = ["primary", "primary_link", "secondary", "secondary_link"];
const MEDIUM_ROADS = ["tertiary", "tertiary_link"];
const PATHS = ["footway", "path", "steps", "cycleway", "pedestrian", "track", "corridor"];

/** The layers that carry words, so that a language switch finds them. */
export const LABELS = ["road-names", "area-names", "place-names"];

export function nameIn(language: Language): ExpressionSpecification {
  return language === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"];
}

export function baseStyle(palette: Palette, language: Language, origin: string): StyleSpecification {
  return {
    version: 8,
    "font-faces": {
      [REGULAR]: `${origin}/fonts/PretendardGOV-Regular.woff2`,
      [MEDIUM]: `${origin}/fonts/PretendardGOV-Medium.woff2`,
    },
    sources: { base: { type: "vector", url: `pmtiles://${origin}/basemap.pmtiles` } },
    layers: [...grounds(palette), ...roads(palette), ...names(palette, language)],
  };
}

const base = (layer: string) => ({ source: "base", "source-layer": layer }) as const;

function grounds(palette: Palette): LayerSpecification[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": palette.ground } },
    { id: "parks", type: "fill", ...base("areas"), filter: ["==", ["get", "kind"], "park"], paint: { "fill-color": palette.park } },
    { id: "water", type: "fill", ...base("areas"), filter: ["==", ["get", "kind"], "water"], paint: { "fill-color": palette.water } },
    {
      id: "buildings",
      type: "fill",
      ...base("buildings"),
      minzoom: 13,
      paint: { "fill-color": palette.building, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.3, 15, 1] },
    },
  ];
}

function road(id: string, filter: ExpressionSpecification, color: string, widths: [number, number, number], minzoom: number): LayerSpecification {
  const width: DataDrivenPropertyValueSpecification<number> = ["interpolate", ["exponential", 1.6], ["zoom"], 10, widths[0], 15, widths[1], 18, widths[2]];
  return {
    id,
    type: "line",
    ...base("roads"),
    minzoom,
    filter,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": color, "line-width": width },
  };
}

function roads(palette: Palette): LayerSpecification[] {
  const of = (classes: string[]): ExpressionSpecification => ["in", ["get", "class"], ["literal", classes]];
  const rest: ExpressionSpecification = ["!", of([...HIGHWAY, ...MAJOR, ...MEDIUM_ROADS, ...PATHS])];
  return [
    road("paths", of(PATHS), palette.minor, [0.2, 0.7, 2.5], 15),
    road("minor", rest, palette.minor, [0.3, 1.6, 9], 12.5),
    road("medium", of(MEDIUM_ROADS), palette.medium, [0.5, 2.6, 14], 11),
    road("major", of(MAJOR), palette.major, [0.8, 4, 20], 9),
    road("highway", of(HIGHWAY), palette.highway, [1.2, 5, 26], 8),
  ];
}

function names(palette: Palette, language: Language): LayerSpecification[] {
  const text = nameIn(language);
  const halo = { "text-halo-color": palette.halo, "text-halo-width": 1.4 };
  return [
    {
      id: "road-names",
      type: "symbol",
      ...base("roads"),
      minzoom: 14,
      filter: ["has", "name"],
      layout: { "text-field": text, "text-font": [REGULAR], "text-size": 11, "symbol-placement": "line", "symbol-spacing": 380 },
      paint: { "text-color": palette.label, ...halo },
    },
    {
      id: "area-names",
      type: "symbol",
      ...base("areas"),
      minzoom: 12,
      filter: ["has", "name"],
      layout: { "text-field": text, "text-font": [REGULAR], "text-size": 12 },
      paint: { "text-color": ["case", ["==", ["get", "kind"], "water"], palette.waterLabel, palette.label], ...halo },
    },
    {
      id: "place-names",
      type: "symbol",
      ...base("places"),
      minzoom: 11,
      filter: ["has", "name"],
      layout: {
        "text-field": text,
        "text-font": ["case", isQuarter(), ["literal", [MEDIUM]], ["literal", [REGULAR]]],
        "text-size": ["case", isQuarter(), 15, 11],
        "symbol-sort-key": ["case", isQuarter(), 0, 1],
        "text-max-width": 8,
      },
      paint: { "text-color": ["case", isQuarter(), palette.strong, palette.label], ...halo },
    },
  ];
}

function isQuarter(): ExpressionSpecification {
  return ["in", ["get", "kind"], ["literal", ["neighbourhood", "quarter", "suburb", "town", "city", "village"]]];
}
