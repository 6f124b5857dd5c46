/** Map colours, dark for the control room and light for the agencies; labels stay readable on both. */

export interface Palette {
  readonly ground: string;
  readonly water: string;
  readonly park: string;
  readonly building: string;
  readonly minor: string;
  readonly medium: string;
  readonly major: string;
  readonly highway: string;
  readonly label: string;
  readonly strong: string;
  readonly waterLabel: string;
  readonly halo: string;
  readonly camera: string;
  readonly wedge: string;
  readonly chosen: string;
  readonly unsure: string;
  readonly down: string;
}

export const DARK: Palette = {
  ground: "#1b1e23",
  water: "#16242f",
  park: "#1f2a24",
  building: "#2a2f36",
  minor: "#414850",
  medium: "#505963",
  major: "#626c78",
  highway: "#7d8793",
  label: "#a8b0ba",
  strong: "#e9edf1",
  waterLabel: "#6f9bc4",
  halo: "#15181c",
  camera: "#a9bccf",
  wedge: "#9cc2e8",
  chosen: "#6aa9ff",
  unsure: "#ffcf70",
  down: "#ff6b5e",
};

export const LIGHT: Palette = {
  ground: "#f2f1ee",
  water: "#bcd8ec",
  park: "#d6e8d0",
  building: "#dedbd5",
  minor: "#ffffff",
  medium: "#ffffff",
  major: "#fdf3d3",
  highway: "#f9dc9c",
  label: "#4d565f",
  strong: "#1b2127",
  waterLabel: "#2d6a9c",
  halo: "#ffffff",
  camera: "#3d5a78",
  wedge: "#0b57c4",
  chosen: "#0b57c4",
  unsure: "#a86400",
  down: "#b3261e",
};
