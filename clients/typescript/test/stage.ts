/** Vitest starts the servers once, for all test files. */
import type { TestProject } from "vitest/node";
import { startStage, type Stage } from "../../stage.js";

declare module "vitest" {
  export interface ProvidedContext {
    stage: Stage;
  }
}

export default async function (project: TestProject): Promise<() => Promise<void>> {
  const { stage, stop } = await startStage();
  project.provide("stage", stage);
  return stop;
}
