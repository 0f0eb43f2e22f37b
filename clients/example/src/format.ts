/** Values as people read them. */
const NOTHING = "–";
const moment = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** A time in the reader's zone; what a writer stored that is none, as it is. */
export function time(text: string | null): string {
  if (text === null || text === "") return NOTHING;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : moment.format(date);
}

export function seconds(ms: number | null): string {
  return ms === null ? NOTHING : `${(ms / 1000).toFixed(1)} s`;
}

export function steps(passed: number | null, total: number | null): string {
  return passed === null || total === null ? NOTHING : `${passed}/${total}`;
}
