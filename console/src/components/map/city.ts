/** Builds the map of the city on our own tiles, and the layers that lie on it. */
import maplibreWorker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { addProtocol, AttributionControl, Map as CityMap, setWorkerUrl, type ExpressionSpecification, type GeoJSONSource, type LayerSpecification } from "maplibre-gl";
import { PMTiles, Protocol } from "pmtiles";
import type { Box } from "../../model/ground";
import type { Language } from "../../words";
import type { Palette } from "./palette";
import { baseStyle } from "./style";

export type { CityMap };
export type GeoSource = "cameras" | "wedges" | "ailing" | "chosen" | "devices";

const KOREA: Box = [125.8, 33.9, 129.7, 38.7];
const protocol = new Protocol();
setWorkerUrl(maplibreWorker);
addProtocol("pmtiles", protocol.tile);

/** The extent of the base map, or null when the city has none yet. */
export async function extent(): Promise<Box | null> {
  const tiles = new PMTiles(`${location.origin}/basemap.pmtiles`);
  protocol.add(tiles);
  try {
    const { minLon, minLat, maxLon, maxLat } = await tiles.getHeader();
    return [minLon, minLat, maxLon, maxLat];
  } catch {
    return null; // no map imported, or not ours to read: the cameras are drawn on plain ground
  }
}

export interface Wishes {
  readonly container: HTMLElement;
  readonly palette: Palette;
  readonly language: Language;
  readonly title: string;
  readonly view: Box | null;
}

export function build({ container, palette, language, title, view }: Wishes): CityMap {
  const map = new CityMap({
    container,
    style: baseStyle(palette, language, location.origin),
    bounds: view ?? KOREA,
    locale: { "Map.Title": title },
    attributionControl: false,
    fadeDuration: 0,
    maxPitch: 0,
    maxZoom: 19,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  map.once("style.load", () => lay(map, palette));
  return map;
}

/** Put data into one of the layers. */
export function put(map: CityMap, source: GeoSource, data: GeoJSON.FeatureCollection): void {
  map.getSource<GeoJSONSource>(source)?.setData(data);
}

function lay(map: CityMap, palette: Palette): void {
  const empty: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
  for (const source of ["wedges", "cameras", "ailing", "devices", "chosen"]) map.addSource(source, { type: "geojson", data: empty, maxzoom: 16 });
  const below = "road-names";
  for (const layer of [...watching(palette), ...sensing(palette), ...strong(palette)]) map.addLayer(layer, layer.type === "fill" ? below : undefined);
}

function watching(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "wedges",
      type: "fill",
      source: "wedges",
      minzoom: 14.5,
      paint: { "fill-color": palette.wedge, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14.5, 0.04, 17, 0.11] },
    },
    {
      id: "cameras",
      type: "circle",
      source: "cameras",
      paint: {
        "circle-color": palette.camera,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 0.9, 13, 1.7, 15, 3, 18, 5.5],
        "circle-stroke-color": palette.halo,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 13, 0, 15, 1],
        "circle-opacity": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 14, 1],
      },
    },
    {
      // A wide ring gives nothing, a narrow one too little: told apart without their colours.
      id: "ailing",
      type: "circle",
      source: "ailing",
      paint: {
        "circle-opacity": 0,
        "circle-radius": ["match", ["get", "state"], "down", 9, 6],
        "circle-stroke-color": ["match", ["get", "state"], "down", palette.down, palette.unsure],
        "circle-stroke-width": ["match", ["get", "state"], "down", 3, 2],
      },
    },
  ];
}

/** A dot is heard, an empty ring is silent, a heavy ring is doubted, a large disc is what an open case is about. */
function sensing(palette: Palette): LayerSpecification[] {
  const by = <V extends string | number>(alarmed: V, doubted: V, silent: V, fine: V): ExpressionSpecification =>
    ["match", ["get", "state"], "alarmed", alarmed, "doubted", doubted, "silent", silent, fine];
  return [
    {
      id: "devices",
      type: "circle",
      source: "devices",
      layout: { visibility: "none" },
      paint: {
        "circle-color": by(palette.down, palette.halo, palette.halo, palette.strong),
        "circle-opacity": by(1, 0.6, 0.2, 0.9),
        "circle-radius": by(8, 5, 4.5, 3),
        "circle-stroke-color": by(palette.strong, palette.unsure, palette.label, palette.halo),
        "circle-stroke-width": by(2, 3, 1.5, 1),
      },
    },
  ];
}

function strong(palette: Palette): LayerSpecification[] {
  const is = (what: string): ["==", ["get", string], string] => ["==", ["get", "what"], what];
  return [
    { id: "chosen-wedges", type: "fill", source: "chosen", filter: is("wedge"), paint: { "fill-color": palette.chosen, "fill-opacity": 0.3 } },
    { id: "chosen-edges", type: "line", source: "chosen", filter: is("wedge"), paint: { "line-color": palette.chosen, "line-width": 1.2 } },
    { id: "unsure", type: "line", source: "chosen", filter: is("unsure"), paint: { "line-color": palette.unsure, "line-width": 1.2, "line-dasharray": [3, 3] } },
    { id: "accuracy", type: "line", source: "chosen", filter: is("accuracy"), paint: { "line-color": palette.label, "line-width": 1, "line-dasharray": [2, 3] } },
    {
      id: "chosen-cameras",
      type: "circle",
      source: "chosen",
      filter: is("camera"),
      paint: { "circle-color": palette.chosen, "circle-radius": 5.5, "circle-stroke-color": palette.strong, "circle-stroke-width": 1.5 },
    },
    {
      id: "chosen-names",
      type: "symbol",
      source: "chosen",
      minzoom: 14,
      filter: is("camera"),
      layout: { "text-field": ["get", "name"], "text-font": ["Pretendard GOV Medium"], "text-size": 12, "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true },
      paint: { "text-color": palette.strong, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
    },
  ];
}
