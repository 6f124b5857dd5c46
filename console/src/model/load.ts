/** What the video processes do, as the server counts it. */

export interface Look {
  readonly ticket: string;
  readonly camera: string;
  readonly form: string;
  readonly profile: string;
  /** "" for those who may not know. */
  readonly user: string;
  readonly agency: string;
  readonly seconds: number;
  readonly frames: number;
  readonly dropped: number;
  readonly size_bytes: number;
}

export interface Taping {
  readonly cameras: number;
  readonly written_bytes: number;
  readonly behind_s: number;
  readonly gaps: number;
  readonly lost: number;
  readonly shed_hours: number;
  readonly full: boolean;
}

export interface ProcessLoad {
  readonly process: string;
  readonly taping: Taping;
  readonly looks: readonly Look[];
}

/** The looks of all processes; those that lose most frames first, then the longest. */
export function looksOf(loads: readonly ProcessLoad[]): readonly (Look & { readonly process: string })[] {
  const all = loads.flatMap(({ process, looks }) => looks.map((look) => ({ ...look, process })));
  return all.toSorted((a, b) => b.dropped - a.dropped || b.seconds - a.seconds);
}

/** Whether somebody should look at a recorder. */
export const isTroubled = ({ behind_s, lost, full }: Taping): boolean => full || lost > 0 || behind_s > 10;
