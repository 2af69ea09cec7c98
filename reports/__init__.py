"""Reports: notebooks executed, their claims decided, and both published as an offline site."""
