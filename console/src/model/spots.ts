/** Devices on the map, as the live board tells them: whole once, then only what changed. */
export type Glance = "alarmed" | "doubted" | "silent" | "fine";

/** The newest result of one property; times are Unix ms. */
export interface Told {
  readonly observed_property: string;
  readonly unit: string;
  readonly result: number;
  readonly time_ms: number;
}

export interface Spot {
  readonly name: string;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly state: Glance;
  /** None of a ward's device. */
  readonly readings: readonly Told[];
}

/** Columns of one length; `gone` are shown no more, `whole` forgets what was told before. */
export interface DevicesWord {
  readonly what: "devices";
  readonly whole: boolean;
  readonly more: boolean;
  /** None are told because telemetry does not answer. */
  readonly away: boolean;
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly lon: readonly (number | null)[];
  readonly lat: readonly (number | null)[];
  readonly state: readonly Glance[];
  readonly readings: readonly (readonly Told[])[];
  readonly gone: readonly string[];
}

export interface InView {
  readonly spots: ReadonlyMap<string, Spot>;
  /** There are more than are told. */
  readonly more: boolean;
  /** Telemetry does not answer: nobody knows how they are. */
  readonly away: boolean;
}

export const NOTHING: InView = { spots: new Map(), more: false, away: false };

/** What is in view after a word of the server. */
export function look(view: InView, { whole, more, away, id, name, lon, lat, state, readings, gone }: DevicesWord): InView {
  const spots = new Map(whole ? [] : view.spots);
  for (const one of gone) spots.delete(one);
  id.forEach((one, at) =>
    spots.set(one, { name: name[at] ?? "", lon: lon[at] ?? null, lat: lat[at] ?? null, state: state[at] ?? "fine", readings: readings[at] ?? [] }),
  );
  return { spots, more, away };
}

export function spotPoints({ spots }: InView): GeoJSON.FeatureCollection {
  const features = [...spots].flatMap(([id, { name, lon, lat, state }]): GeoJSON.Feature[] =>
    lon === null || lat === null ? [] : [{ type: "Feature", properties: { id, name, state }, geometry: { type: "Point", coordinates: [lon, lat] } }],
  );
  return { type: "FeatureCollection", features };
}
