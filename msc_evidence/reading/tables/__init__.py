"""Tables of full texts: their grid, the arms in their columns with their sizes, and what each row prints.

A format (JATS, HTML, DOCX) gives the cells of a table as rows; everything else here knows no format.
"""
