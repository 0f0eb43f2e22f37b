// A test's event stream: a browser reconnects and resumes by itself, except where it was
// refused (429, 503); then a new source resumes a little later.

const REOPEN_MS = 5_000;

// Calls `heard(id, event)`, `lost(reason)` where something may be missing,
// `changed(state, detail)` with connecting, open, reconnecting or refused, and
// `explained(error)` with the API's error behind a refusal.
export class LiveFeed {
  constructor(url, { heard, lost, changed, explained }) {
    Object.assign(this, { url, heard, lost, changed, explained, lastId: "" });
    this.open();
    // A page that a browser keeps for its back button keeps no connection.
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.open());
  }

  open() {
    this.changed("connecting");
    const resumed = this.lastId && `?lastEventId=${encodeURIComponent(this.lastId)}`;
    const source = (this.source = new EventSource(this.url + resumed));
    source.onopen = () => this.changed("open");
    source.onmessage = (message) => {
      this.lastId = message.lastEventId;
      this.heard(this.lastId, parsed(message.data));
    };
    source.addEventListener("reset", (event) => this.lost(parsed(event.data).reason));
    source.addEventListener("bye", (event) => (this.ending = parsed(event.data).reason));
    source.onerror = () => this.interrupted();
  }

  interrupted() {
    const isRefused = this.source.readyState === EventSource.CLOSED;
    this.changed(isRefused ? "refused" : "reconnecting", this.ending);
    this.ending = undefined;
    if (!isRefused) return;
    this.timer = setTimeout(() => this.open(), REOPEN_MS);
    this.ask().catch(() => {});
  }

  // A browser keeps the answer to an event source for itself: what is stored is asked
  // for by the same rules, and holds nothing open.
  async ask() {
    const response = await fetch(`${this.url}?follow=false&replay=0`);
    if (!response.ok) this.explained((await response.json()).errors[0]);
  }

  close() {
    clearTimeout(this.timer);
    this.source.close();
  }
}

function parsed(data) {
  try {
    return Object(JSON.parse(data));
  } catch {
    return {};
  }
}
