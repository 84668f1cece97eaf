"""How anything is shown: columns, grids, Markdown, pages, pictures; knows no race."""
