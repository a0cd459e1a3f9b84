"""Tables as documents of word processors, which are files of bytes; `docx.py` is the one there is."""
