"""Reference CCTA quantification backend for cto_cds."""

__version__ = "0.1.0"
