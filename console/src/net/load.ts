/** What video does: the routes of doors.md. */
import type { ProcessLoad } from "../model/load";
import { ask } from "./http";

export const listLoads = () => ask<ProcessLoad[]>("GET", "/v1/video/load");
