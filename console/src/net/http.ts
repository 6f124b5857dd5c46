/** One way to ask the core over HTTP; a refusal comes back as a Problem with a sentence for people. */
import { t, tongue } from "../stores/language.svelte";

/** RFC 9457: what went wrong, as the server tells it. `status` 0 means that it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

export async function ask<A>(method: string, path: string, body?: unknown): Promise<A> {
  const answer = await send(method, path, body);
  if (!answer.ok) throw await problemOf(answer);
  const text = await answer.text();
  return (text === "" ? null : JSON.parse(text)) as A;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { "Accept-Language": tongue.current };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (problem) {
    if (problem instanceof TypeError) throw new Problem(0, "unreachable", t("problem.unreachable"));
    throw problem;
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const told: { code?: string; detail?: string } = isJson(answer) ? await answer.json() : {};
  return new Problem(answer.status, told.code ?? "", told.detail ?? t("problem.status", { status: answer.status }));
}

function isJson(answer: Response): boolean {
  return /json/.test(answer.headers.get("content-type") ?? "");
}
