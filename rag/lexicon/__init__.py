"""Knowledge as data, each file with its reader."""
