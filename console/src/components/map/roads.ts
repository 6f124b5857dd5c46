/** Streets on the map: those that are closed, and the ways of crews under way. */
import type { GeoJSONSource, SymbolLayerSpecification } from "maplibre-gl";
import type { CrewWay, Stretch } from "../../model/dispatch";
import type { Corner } from "../../model/ring";
import type { CityMap } from "./city";
import type { Palette } from "./palette";

export const CLOSED_LAYERS = ["closed-edges", "closed", "closed-names"];
export const WAY_LAYERS = ["way-edges", "ways", "way-names"];

const NONE: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const NAMES: NonNullable<SymbolLayerSpecification["layout"]> = { "symbol-placement": "line-center", "text-field": ["get", "name"], "text-font": ["Pretendard GOV Medium"], "text-size": 12 };
const ROUND = { "line-cap": "round", "line-join": "round" } as const;

/** Closed streets are barred: a pale line with dark bars, told apart from a way without its colour. */
export function layClosed(map: CityMap, palette: Palette): void {
  map.addSource("closed", { type: "geojson", data: NONE });
  map.addLayer({ id: "closed-edges", type: "line", source: "closed", layout: ROUND, paint: { "line-color": palette.halo, "line-width": 9 } });
  map.addLayer({ id: "closed", type: "line", source: "closed", paint: { "line-color": palette.down, "line-width": 6, "line-dasharray": [0.7, 0.7] } });
  map.addLayer({ id: "closed-names", type: "symbol", source: "closed", minzoom: 14, layout: { ...NAMES, "text-offset": [0, -0.9] }, paint: { "text-color": palette.strong, "text-halo-color": palette.halo, "text-halo-width": 1.6 } });
}

export function layWays(map: CityMap, palette: Palette): void {
  map.addSource("ways", { type: "geojson", data: NONE });
  map.addLayer({ id: "way-edges", type: "line", source: "ways", layout: ROUND, paint: { "line-color": palette.halo, "line-width": 7, "line-opacity": 0.8 } });
  map.addLayer({ id: "ways", type: "line", source: "ways", layout: ROUND, paint: { "line-color": palette.chosen, "line-width": 4 } });
  map.addLayer({ id: "way-names", type: "symbol", source: "ways", minzoom: 13, layout: { ...NAMES, "text-offset": [0, 0.9] }, paint: { "text-color": palette.strong, "text-halo-color": palette.halo, "text-halo-width": 1.6 } });
}

/** The places that were clicked, each on the stretch it closes or beside every road. */
export function layPlaces(map: CityMap, palette: Palette): void {
  map.addSource("places", { type: "geojson", data: NONE });
  map.addLayer({ id: "places", type: "circle", source: "places", paint: { "circle-radius": 6, "circle-color": palette.down, "circle-stroke-color": palette.strong, "circle-stroke-width": 1.5 } });
}

export interface Named {
  readonly name: string;
  readonly line: readonly Corner[];
}

export function showLines(map: CityMap, source: "closed" | "ways", lines: readonly Named[]): void {
  const features = lines.map(({ name, line }) => feature({ type: "LineString", coordinates: line.map(pair) }, { name }));
  map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
}

export function showPlaces(map: CityMap, places: readonly Corner[]): void {
  const features = places.map((place, at) => feature({ type: "Point", coordinates: pair(place) }, { at }));
  map.getSource<GeoJSONSource>("places")?.setData({ type: "FeatureCollection", features });
}

export const linesOf = (ways: readonly CrewWay[]): Named[] => ways.map((way) => ({ name: way.unit, line: way.line ?? [] })).filter((one) => one.line.length > 1);

export const closedOf = (stretches: readonly Stretch[], name = ""): Named[] => stretches.map(({ line }) => ({ name, line }));

function feature(geometry: GeoJSON.Geometry, properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature {
  return { type: "Feature", properties, geometry };
}

function pair([lon, lat]: Corner): [number, number] {
  return [lon, lat];
}
