import { expect, test as plain, type Page } from "@playwright/test";
import type { Stage } from "../../stage.js";

const { tests } = JSON.parse(process.env["STAGE"] ?? "{}") as Stage;
const base = process.env["PAGE_URL"] ?? "";

/** A page that may complain about nothing: no error in the console, no failed request. */
const test = plain.extend<{ quiet: Page }>({
  quiet: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("console", (said) => {
      if (["error", "warning"].includes(said.type())) complaints.push(said.text());
    });
    page.on("pageerror", (thrown) => complaints.push(String(thrown)));
    await use(page);
    expect(complaints).toEqual([]);
  },
});

test("the API is of another origin", async ({ quiet }) => {
  const asked = quiet.waitForResponse((response) => response.url().endsWith("/api/dashboard"));
  await quiet.goto(base);
  const response = await asked;
  expect(new URL(response.url()).origin).not.toBe(new URL(base).origin);
  expect(await response.headerValue("access-control-allow-origin")).toBe("*");
});

test("the dashboard counts, and lists every test", async ({ quiet }) => {
  await quiet.goto(base);
  await expect(quiet.locator(".tiles dd").first()).toHaveText(/^1\d$/);
  await expect(quiet.getByRole("region", { name: "Ran last" }).getByRole("listitem")).toHaveCount(5);
  const all = quiet.getByRole("region", { name: "All tests" });
  await expect(all.getByRole("link", { name: "Checkout flow" })).toBeVisible();
  await all.getByRole("link", { name: "Checkout flow" }).click();
  await expect(quiet.getByRole("heading", { level: 1 })).toContainText("Checkout flow");
});

test("a test shows uptime, timing, runs and incidents", async ({ quiet }) => {
  await quiet.goto(`${base}#/tests/${tests.long}`);
  await expect(quiet.locator(".tiles dd")).toHaveText([/^[\d.]+ %$/, /^[\d.]+ %$/, /^[\d.]+ %$/]);
  await expect(quiet.locator("svg .spot")).toHaveCount(100);
  await expect(quiet.locator("svg .spot.failed").first()).toBeAttached();
  const incidents = quiet.getByRole("region", { name: "Incidents" });
  await expect(incidents.getByRole("listitem").first()).toContainText("pay button stays disabled");
  await expect(quiet.locator(".run")).toHaveCount(20);
});

test("the history turns its pages to the very end", async ({ quiet }) => {
  await quiet.goto(`${base}#/tests/${tests.long}`);
  const results = quiet.getByRole("region", { name: "Results" });
  await expect(results).toContainText("1–20 of 250");
  const older = results.getByRole("button", { name: "Older" });
  for (let start = 21; start <= 241; start += 20) {
    await older.click();
    await expect(results).toContainText(`${start}–${Math.min(start + 19, 250)} of 250`);
  }
  await expect(older).toBeDisabled();
  const first = quiet.locator(".run").last();
  await first.locator("summary").click();
  await expect(first).toContainText("00000000");
  await expect(first.getByRole("listitem")).toHaveCount(4);
});

test("a run is followed step by step, and is in the history when it ends", async ({ quiet }) => {
  await quiet.goto(`${base}#/tests/${tests.live}`);
  const live = quiet.getByRole("region", { name: "Live" });
  await expect(live.getByRole("status")).toHaveText("Connected");
  await expect(live.getByRole("listitem").last()).toContainText("Plan start");
  const newest = quiet.locator(".run code").first();
  const before = await newest.textContent();
  await expect(live.getByRole("listitem").filter({ hasText: "See the receipt, passed" })).toBeVisible();
  await expect(newest).not.toHaveText(before ?? "");
});

test("hostile text is text", async ({ quiet }) => {
  let dialogs = 0;
  quiet.on("dialog", () => (dialogs += 1));
  await quiet.goto(`${base}#/tests/${tests.hostile}`);
  await expect(quiet.getByRole("heading", { level: 1 })).toContainText("<img src=x onerror=alert(1)>");
  await expect(quiet.getByRole("region", { name: "Live" })).toContainText("<img src=x");
  await expect(quiet.getByRole("region", { name: "Results" })).toContainText("unreadable on this page");
  expect(await quiet.locator("img").count()).toBe(0);
  expect(dialogs).toBe(0);
});

test("an unknown test is said to be unknown, in the API's words", async ({ page }) => {
  await page.goto(`${base}#/tests/no-such-test`);
  await expect(page.getByRole("alert").first()).toHaveText("No test with this id is known.");
});

test("what is stored wrongly costs the part that needs it", async ({ page }) => {
  await page.goto(`${base}#/tests/${tests.wrong}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Login Flow");
  const results = page.getByRole("region", { name: "Results" });
  await expect(results.getByRole("alert")).toContainText("unexpected type");
});

for (const width of [360, 1280]) {
  test(`nothing is wider than a window of ${width} pixels`, async ({ quiet }) => {
    await quiet.setViewportSize({ width, height: 800 });
    for (const id of [tests.long, tests.hostile]) {
      await quiet.goto(`${base}#/tests/${id}`);
      await expect(quiet.locator(".run").first()).toBeVisible();
      expect(await quiet.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await quiet.goto(base);
    await expect(quiet.getByRole("link", { name: "Checkout flow" }).first()).toBeVisible();
    expect(await quiet.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
