/** Cameras and the chosen case as GeoJSON: data that changes less than once a second. */
import { circle, wedge } from "../../model/ground";
import type { Sight } from "../../model/nearby";
import type { CameraNote, Incident } from "../../model/records";

type Feature = GeoJSON.Feature;
type Features = GeoJSON.FeatureCollection;

const collection = (features: Feature[]): Features => ({ type: "FeatureCollection", features });

function point(id: string, note: CameraNote): Feature {
  return { type: "Feature", properties: { id, name: note.name }, geometry: { type: "Point", coordinates: [note.lon, note.lat] } };
}

function sector(note: CameraNote): Feature[] {
  const ring = wedge(note);
  return ring === null ? [] : [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } }];
}

export function cameraPoints(cameras: ReadonlyMap<string, CameraNote>): Features {
  return collection([...cameras].map(([id, note]) => point(id, note)));
}

/** The cameras that give too little, or nothing. */
export function ailing(cameras: ReadonlyMap<string, CameraNote>, health: ReadonlyMap<string, string>): Features {
  const troubled = [...health].filter(([, state]) => state === "poor" || state === "down");
  return collection(
    troubled.flatMap(([id, state]) => {
      const note = cameras.get(id);
      return note === undefined ? [] : [{ ...point(id, note), properties: { id, state } }];
    }),
  );
}

export function cameraWedges(cameras: ReadonlyMap<string, CameraNote>): Features {
  return collection([...cameras.values()].flatMap(sector));
}

/** The chosen cameras strong: point, sector or (heading unknown) a ring of reach; and how exact the case's place is. */
export function chosen(sights: readonly Sight[], cameras: ReadonlyMap<string, CameraNote>, incident: Incident | null): Features {
  const features: Feature[] = [];
  for (const sight of sights) {
    const note = cameras.get(sight.camera);
    if (note === undefined) continue;
    const sectors = sector(note);
    features.push(...sectors.map((one) => ({ ...one, properties: { what: "wedge" } })));
    if (sectors.length === 0) features.push(ring(note, note.reach_m, "unsure"));
    features.push({ ...point(sight.camera, note), properties: { what: "camera", name: note.name } });
  }
  if (incident?.where && incident.accuracy_m) features.push(ring(incident.where, incident.accuracy_m, "accuracy"));
  return collection(features);
}

function ring(where: { lon: number; lat: number }, metres: number, what: string): Feature {
  return { type: "Feature", properties: { what }, geometry: { type: "LineString", coordinates: circle(where, metres) } };
}
