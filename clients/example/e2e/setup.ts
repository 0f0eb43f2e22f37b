/** The API on one origin, the built frontend on another. */
import { build, preview } from "vite";
import { startStage } from "../../stage.js";

export default async function (): Promise<() => Promise<void>> {
  const { stage, stop } = await startStage();
  process.env["VITE_API_URL"] = stage.api;
  await build({ logLevel: "warn" });
  const server = await preview({ preview: { host: "127.0.0.1", port: 0 } });
  process.env["STAGE"] = JSON.stringify(stage);
  process.env["PAGE_URL"] = server.resolvedUrls?.local[0] ?? "";
  return async () => {
    await server.close();
    await stop();
  };
}
