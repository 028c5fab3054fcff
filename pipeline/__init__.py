"""Gongwen Tables: government notices (公文) in, tables of who must do what out."""

from __future__ import annotations

__version__ = "0.1.0"
