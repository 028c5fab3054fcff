"""Typesets notices whose content is known exactly.

Development only: needs the `typst` wheel and Chinese fonts.
"""
