"""The health vocabulary: compact data and its reader."""
