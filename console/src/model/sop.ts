/** A procedure as somebody types it. */
import type { Procedure } from "./terms";

export type Typed = { readonly procedure: Procedure } | { readonly fault: "json" | "shape"; readonly why: string };

/** The procedure in a text, or why there is none; whether it is sound is the server's to say. */
export function procedureIn(text: string): Typed {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch (problem) {
    if (problem instanceof SyntaxError) return { fault: "json", why: problem.message };
    throw problem;
  }
  if (!isProcedure(told)) return { fault: "shape", why: "" };
  return { procedure: { ...told, type: "procedure" } };
}

/** Enough of the shape that it can be shown as a list. */
function isProcedure(told: unknown): told is Omit<Procedure, "type"> {
  if (typeof told !== "object" || told === null) return false;
  const { name, kinds, steps } = told as Record<string, unknown>;
  const isStep = (step: unknown) => typeof step === "object" && step !== null && "id" in step && typeof step.id === "string";
  return typeof name === "string" && isWords(kinds) && Array.isArray(steps) && steps.every((step) => isStep(step) && isAfter(step));
}

function isWords(told: unknown): boolean {
  return Array.isArray(told) && told.every((one) => typeof one === "string");
}

function isAfter(step: { after?: unknown }): boolean {
  const { after = [] } = step;
  return Array.isArray(after) && after.every((one) => typeof one === "object" && one !== null && isWords(one.outcomes ?? []));
}
