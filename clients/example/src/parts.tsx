/** Small things that both pages show. */
import type { ReactNode } from "react";
import { explain } from "./failures";

/** An outcome in words and colour; writers may store any text. */
export function Badge({ outcome }: { outcome: string | null }) {
  const known = ["passed", "failed", "error", "active", "paused"].includes(outcome ?? "");
  return <span className={`badge ${known ? outcome : ""}`}>{outcome || "unknown"}</span>;
}

interface Loading<T> {
  data: T | undefined;
  error: unknown;
}

/** The data of a query once it is there; a failure beside what was there before. */
export function Loaded<T>({ query, children }: { query: Loading<T>; children: (data: T) => ReactNode }) {
  return (
    <>
      {query.error ? <p role="alert">{explain(query.error)}</p> : null}
      {query.data === undefined && !query.error ? <p className="muted">Loading …</p> : null}
      {query.data === undefined ? null : children(query.data)}
    </>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
