import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { client } from "monitor-client/hey-api";
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { DashboardPage } from "./DashboardPage";
import { isWorthRetrying } from "./failures";
import { TestPage } from "./TestPage";

client.setConfig({ baseUrl: import.meta.env["VITE_API_URL"] ?? "http://127.0.0.1:8000" });

const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, refetchInterval: 30_000, retry: isWorthRetrying },
  },
});

function onHashChange(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

function App() {
  const hash = useSyncExternalStore(onHashChange, () => location.hash);
  const testId = /^#\/tests\/(.+)$/.exec(hash)?.[1];
  return (
    <>
      <header>
        <a href="#/">Monitor</a>
      </header>
      <main>{testId ? <TestPage key={testId} testId={decodeURIComponent(testId)} /> : <DashboardPage />}</main>
    </>
  );
}

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
