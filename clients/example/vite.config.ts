import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `VITE_API_URL` names the API; another origin than this page's is the usual case.
export default defineConfig({ plugins: [react()] });
