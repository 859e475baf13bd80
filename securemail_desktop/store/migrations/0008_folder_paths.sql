-- The names of a folder and of those around it as people read them, one a line, from the outermost to its own; empty where that is not known yet.
ALTER TABLE folder ADD COLUMN path TEXT NOT NULL DEFAULT '';
