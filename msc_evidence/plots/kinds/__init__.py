"""The plots, each in one file: its picture, its drawing in a terminal and its figure."""
