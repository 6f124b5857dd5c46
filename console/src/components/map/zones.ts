/** Zones on the map: those that stand, and the one being drawn with its corners. */
import type { GeoJSONSource } from "maplibre-gl";
import { listOf, type Records } from "../../model/revisions";
import type { Corner } from "../../model/ring";
import { nameIn } from "../../stores/names";
import type { CityMap } from "./city";
import type { Palette } from "./palette";

export interface Outline {
  readonly id: string;
  readonly name: string;
  readonly ring: readonly Corner[];
}

/** The layers of zones that stand, for switching them on and off. */
export const ZONE_LAYERS = ["zones", "zone-edges", "zone-names"];

const NONE: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export function layZones(map: CityMap, palette: Palette): void {
  map.addSource("zones", { type: "geojson", data: NONE });
  map.addLayer({ id: "zones", type: "fill", source: "zones", paint: { "fill-color": palette.label, "fill-opacity": 0.05 } });
  map.addLayer({ id: "zone-edges", type: "line", source: "zones", paint: { "line-color": palette.label, "line-width": 1, "line-dasharray": [4, 2] } });
  map.addLayer({
    id: "zone-names",
    type: "symbol",
    source: "zones",
    layout: { "text-field": ["get", "name"], "text-font": ["Pretendard GOV Medium"], "text-size": 12 },
    paint: { "text-color": palette.strong, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
  });
}

/** What is being drawn lies on top. */
export function layDraft(map: CityMap, palette: Palette): void {
  map.addSource("draft", { type: "geojson", data: NONE });
  map.addLayer({ id: "draft", type: "fill", source: "draft", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": palette.chosen, "fill-opacity": 0.2 } });
  map.addLayer({ id: "draft-edges", type: "line", source: "draft", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": palette.chosen, "line-width": 2 } });
  map.addLayer({
    id: "corners",
    type: "circle",
    source: "draft",
    filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 6, "circle-color": palette.chosen, "circle-stroke-color": palette.strong, "circle-stroke-width": 1.5 },
  });
}

/** The zones that stand, but for one. */
export function outlines(records: Records, except = ""): Outline[] {
  return listOf(records, "zone").flatMap(({ id, body }) => (body?.type === "zone" && id !== except ? [{ id, name: nameIn(body), ring: body.ring }] : []));
}

export function showZones(map: CityMap, zones: readonly Outline[]): void {
  const features = zones.map(({ id, name, ring }) => feature({ type: "Polygon", coordinates: [ring.map(pair)] }, { id, name }));
  map.getSource<GeoJSONSource>("zones")?.setData({ type: "FeatureCollection", features });
}

/** The corners; joined as a line while drawing, as an area once closed. */
export function showDraft(map: CityMap, corners: readonly Corner[], drawing: boolean): void {
  const points = corners.map((corner, at) => feature({ type: "Point", coordinates: pair(corner) }, { at }));
  const line = corners.map(pair);
  const shape: GeoJSON.Geometry = drawing || corners.length < 3 ? { type: "LineString", coordinates: line } : { type: "Polygon", coordinates: [[...line, ...line.slice(0, 1)]] };
  const features = corners.length > 1 ? [feature(shape, {}), ...points] : points;
  map.getSource<GeoJSONSource>("draft")?.setData({ type: "FeatureCollection", features });
}

function feature(geometry: GeoJSON.Geometry, properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature {
  return { type: "Feature", properties, geometry };
}

function pair([lon, lat]: Corner): [number, number] {
  return [lon, lat];
}
