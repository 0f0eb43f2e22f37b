"""The live feed: one reader a process follows the streams, clients read from it."""
